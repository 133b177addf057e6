import { describe, expect, test } from "vitest";
import type { Diagnostic, Severity } from "../text/diagnostic.ts";
import { mergeFindings, withoutAdvice } from "./findings-to-tell.ts";

function found(severity: Severity, code: string, message: string, line = 1): Diagnostic {
  return { severity, code, message, at: { file: "f", line, column: 1 } };
}

describe("findings", () => {
  test("what is a warning to the dialect and an error to the plan is told once, as an error", () => {
    const compiled = [found("warning", "bad-image", "with the variable's name"), found("note", "other", "stays")];
    const planned = [found("error", "bad-image", "less is known here"), found("error", "bad-image", "elsewhere", 2)];
    expect(mergeFindings(compiled, planned)).toEqual([
      found("error", "bad-image", "with the variable's name"),
      found("note", "other", "stays"),
      found("error", "bad-image", "elsewhere", 2),
    ]);
  });

  test("one that is no error hides none", () => {
    const both = [found("warning", "port-clash", "a"), found("warning", "port-clash", "b")];
    expect(mergeFindings(both.slice(0, 1), both.slice(1))).toEqual(both);
  });

  test("advice is left out, nothing else", () => {
    const advice = found("note", "deprecated-key", "image at the top level is deprecated");
    const rest = [found("note", "default-image", "x"), found("error", "deprecated-key", "y")];
    expect(withoutAdvice([advice, ...rest])).toEqual(rest);
  });
});
