import { describe, expect, test } from "vitest";
import type { Diagnostic, Severity } from "../text/diagnostic.ts";
import type { DiagnosticCode } from "../text/diagnostic-codes.ts";
import { mergeFindings, withoutAdvice, withoutRunOnly } from "./findings-to-tell.ts";

function found(severity: Severity, code: DiagnosticCode, message: string, line = 1): Diagnostic {
  return { severity, code, message, at: { file: "f", line, column: 1 } };
}

describe("findings", () => {
  test("what is a warning to the dialect and an error to the plan is told once, as an error", () => {
    const compiled = [
      found("warning", "invalid-image-reference", "with the variable's name"),
      found("note", "links", "stays"),
    ];
    const planned = [
      found("error", "invalid-image-reference", "less is known here"),
      found("error", "invalid-image-reference", "elsewhere", 2),
    ];
    expect(mergeFindings({ diagnostics: compiled, ignoreComments: [] }, planned)).toEqual([
      found("error", "invalid-image-reference", "with the variable's name"),
      found("note", "links", "stays"),
      found("error", "invalid-image-reference", "elsewhere", 2),
    ]);
  });

  test("what starts nothing is told no worse of it than the dialect says", () => {
    const compiled = [found("warning", "invalid-image-reference", "a variable lacks")];
    const planned = [
      found("error", "invalid-image-reference", "not an image"),
      found("error", "invalid-image-reference", "elsewhere", 2),
      found("warning", "port-clash", "two"),
    ];
    expect(withoutRunOnly(compiled, planned)).toEqual(planned.slice(1));
  });

  test("one that is no error hides none", () => {
    const both = [found("warning", "port-clash", "a"), found("warning", "port-clash", "b")];
    expect(mergeFindings({ diagnostics: both.slice(0, 1), ignoreComments: [] }, both.slice(1))).toEqual(both);
  });

  test("advice is left out, nothing else", () => {
    const advice = found("note", "deprecated-key", "image at the top level is deprecated");
    const rest = [found("note", "default-image", "x"), found("error", "deprecated-key", "y")];
    expect(withoutAdvice([advice, ...rest])).toEqual(rest);
  });
});
