import { describe, expect, test } from "vitest";
import { testJob } from "../../tests/test-pipelines.ts";
import type { Diagnostic, Severity } from "../text/diagnostic.ts";
import type { DiagnosticCode } from "../text/diagnostic-codes.ts";
import { inFileOrder, mergeFindings, warningsAbout, withoutAdvice, withoutRunOnly } from "./findings-to-tell.ts";

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

  test("stand in the order of the file and of what it includes", () => {
    const at = (file: string, line: number): Diagnostic => ({
      ...found("note", "links", file, line),
      at: { file, line, column: 1 },
    });
    const all = [at("z", 1), at("b", 2), at("f", 9), at("b", 1), at("f", 3)];
    const included = new Map([["b", {}]]);
    expect(inFileOrder(all, { file: "f", included })).toEqual([
      at("f", 3),
      at("f", 9),
      at("b", 1),
      at("b", 2),
      at("z", 1),
    ]);
  });

  test("about some jobs are theirs and those of the whole file", () => {
    const about = (path: string | undefined): Diagnostic => ({
      ...found("warning", "links", path ?? "file"),
      ...(path === undefined ? {} : { path }),
    });
    const all = ["jobs:a", "jobs:a:image", "jobs:ab", "jobs:b:services", "jobs:c", "variables:X", undefined].map(about);
    const jobs = [
      testJob("a"),
      testJob("b 1/2", { instance: { of: "b", index: 1, total: 2 } }),
      testJob("p/c", { parent: "p" }),
    ];
    expect(warningsAbout([...all, found("note", "links", "n")], jobs)).toEqual(
      all.filter(({ path }) => path !== "jobs:ab"),
    );
    expect(warningsAbout(all, undefined)).toEqual(all);
  });
});
