import { describe, expect, test } from "vitest";
import type { Diagnostic, Severity } from "./diagnostic.ts";
import type { DiagnosticCode } from "./diagnostic-codes.ts";
import { readIgnoreComments, withoutIgnored } from "./ignore-comments.ts";

function found(line: number, code: DiagnosticCode = "links", severity: Severity = "warning", file = "f"): Diagnostic {
  return { severity, code, message: "m", at: { file, line, column: 1 } };
}

describe("a comment in the file silences a finding", () => {
  // The numbers of the lines that are still told, of four with a finding each.
  test.each([
    ["on its own line", "a: 1 # outrigger: ignore links\nb: 2\n", [2, 3, 4]],
    ["on the line below", "# outrigger: ignore links\nb: 2\nc: 3\n", [1, 3, 4]],
    ["through further comments and empty lines", "# outrigger: ignore links\n# why\n\nd: 2\n", [1, 2, 3]],
    ["in the whole file", "x: 1\n# outrigger: ignore-file links\n", []],
    ["with a reason behind it", "a: 1 # outrigger: ignore links -- old runner, see wiki\n", [2, 3, 4]],
    ["beside other codes", "a: 1 # outrigger: ignore pull-true, links\n", [2, 3, 4]],
    ["in a file with Windows line ends", "a: 1 # outrigger: ignore links\r\nb: 2\r\n", [2, 3, 4]],
    ["not another code", "a: 1 # outrigger: ignore pull-true\n", [1, 2, 3, 4]],
    ["not without a space in front of #", "a: x#outrigger: ignore links\n", [1, 2, 3, 4]],
  ])("%s", (_title, text, left) => {
    const { comments } = readIgnoreComments("f", text);
    const told = withoutIgnored(
      [1, 2, 3, 4].map((line) => found(line)),
      comments,
    );
    expect(told.map(({ at }) => at.line)).toEqual(left);
  });

  test("only in the file that it stands in", () => {
    const { comments } = readIgnoreComments("f", "# outrigger: ignore-file links\n");
    expect(withoutIgnored([found(1, "links", "warning", "other")], comments)).toHaveLength(1);
  });

  test("an error stays, and the comment is told", () => {
    const text = "a: 1 # outrigger: ignore missing-image\n";
    const { comments } = readIgnoreComments("f", text);
    const [error, told] = withoutIgnored([found(1, "missing-image", "error")], comments);
    expect(error?.severity).toBe("error");
    expect(told).toMatchObject({ code: "ignored-error", severity: "warning", at: { line: 1, column: 26 } });
  });
});

describe("a comment that cannot be meant is told", () => {
  test.each([
    ["# outrigger: ignore likns", '"likns" is no code of a finding; did you mean "links"?', 21],
    ["a: 1   # outrigger: ignore", "the comment names no code", 8],
    ["# outrigger: ignore -- everything", "the comment names no code", 1],
  ])("%s", (text, message, column) => {
    const { diagnostics, comments } = readIgnoreComments("f", `${text}\n`);
    expect(comments).toEqual([]);
    expect(diagnostics).toMatchObject([{ code: "unknown-ignore-code", at: { line: 1, column } }]);
    expect(diagnostics[0]?.message).toContain(message);
  });
});
