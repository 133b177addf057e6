import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../text/diagnostic.ts";
import { renderDiagnostics } from "./diagnostics.ts";
import { createLook } from "./look.ts";

const LOOK = createLook({ colours: false, ascii: false, columns: 60 });
const TEXT = 'test:\n  servces:\n\t- "ü日本": x\r\n';

function diagnostic(line: number, column: number, rest: Partial<Diagnostic> = {}): Diagnostic {
  return { severity: "error", code: "links", message: "m", at: { file: "a b.yml", line, column }, ...rest };
}

describe("a finding about a file", () => {
  test("says where, what, and what to do, and shows the line", () => {
    const found = diagnostic(2, 3, { message: 'unknown key "servces"', hint: 'did you mean "services"' });
    expect(renderDiagnostics([found], LOOK, () => TEXT)).toBe(
      [
        'a b.yml:2:3: error: unknown key "servces"',
        "   2 |   servces:",
        "     |   ^",
        '  hint: did you mean "services"',
        "",
      ].join("\n"),
    );
  });

  test("points below wide characters and tabs", () => {
    expect(renderDiagnostics([diagnostic(3, 9)], LOOK, () => TEXT)).toBe(
      ["a b.yml:3:9: error: m", '   3 |  - "ü日本": x', "     |           ^", ""].join("\n"),
    );
  });

  test("needs no text, and no line that is there", () => {
    expect(renderDiagnostics([diagnostic(3, 1, { severity: "warning" })], LOOK, () => undefined)).toBe(
      "a b.yml:3:1: warning: m\n",
    );
    expect(renderDiagnostics([diagnostic(99, 1)], LOOK, () => TEXT)).toBe("a b.yml:99:1: error: m\n");
  });

  test("shows a piece of a long line, around the place", () => {
    const lines = renderDiagnostics(
      [diagnostic(1, 5001)],
      LOOK,
      () => `${"x".repeat(5000)}HERE${"y".repeat(5000)}`,
    ).split("\n");
    expect(lines[1]?.length).toBeLessThanOrEqual(60);
    expect(lines[1]?.slice(lines[2]?.indexOf("^")).startsWith("HERE")).toBe(true);
  });

  test("a file's text cannot touch the terminal", () => {
    expect(renderDiagnostics([diagnostic(1, 1)], LOOK, () => "a\x1b]52;c;x\x07b")).toContain(" ab\n");
  });
});
