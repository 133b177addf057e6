import { describe, expect, test } from "vitest";
import { countTests } from "./run-vitest.ts";

function report(...files: { status: string; tests: string[] }[]): string {
  const testResults = files.map(({ status, tests }) => ({
    status,
    assertionResults: tests.map((state) => ({ status: state })),
  }));
  return JSON.stringify({ testResults });
}

describe("the counts of a test run", () => {
  test.each([
    ["all pass", report({ status: "passed", tests: ["passed", "passed"] }), true, { passed: 2, failed: 0, skipped: 0 }],
    [
      "one fails",
      report({ status: "failed", tests: ["passed", "failed"] }),
      false,
      { passed: 1, failed: 1, skipped: 0 },
    ],
    [
      "one is skipped",
      report({ status: "passed", tests: ["passed", "skipped"] }),
      true,
      { passed: 1, failed: 0, skipped: 1 },
    ],
    ["a file does not load", report({ status: "failed", tests: [] }), false, { passed: 0, failed: 1, skipped: 0 }],
    [
      "an error outside of tests",
      report({ status: "passed", tests: ["passed"] }),
      false,
      { passed: 1, failed: 1, skipped: 0 },
    ],
    ["no report at all", "{}", false, { passed: 0, failed: 1, skipped: 0 }],
  ])("%s", (_, text, hasSucceeded, expected) => {
    expect(countTests(text, hasSucceeded)).toEqual(expected);
  });
});
