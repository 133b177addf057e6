import { describe, expect, test } from "vitest";
import { testJob, testVariables } from "../../tests/test-pipelines.ts";
import type { Job, Pipeline } from "../model/pipeline.ts";
import { findPipelineMistakes } from "./pipeline-findings.ts";

const AT = { file: "f", line: 9, column: 3 };

function tell(jobs: readonly Job[], over: Partial<Pipeline> = {}, masked: readonly string[] = []): readonly string[] {
  const pipeline: Pipeline = { dialect: "gitlab", file: "f", stages: ["build", "test"], jobs, ...over };
  return findPipelineMistakes(pipeline, new Set(masked)).map(
    ({ code, message, at }) => `${code} ${at.line} ${message}`,
  );
}

const needs = (job: string, optional = false): Pick<Job, "order"> => ({
  order: { kind: "needs", needs: [{ job, optional, artifacts: true, at: AT }] },
});

describe("what lint says of a pipeline as a whole", () => {
  test("a job that waits for a failure of nothing never starts", () => {
    const first = testJob("first", { stage: "build", when: "on_failure" });
    const last = testJob("last", { stage: "test", when: "on_failure" });
    const alone = testJob("alone", { stage: "test", when: "on_failure", order: { kind: "needs", needs: [] } });
    expect(tell([first, last, alone])).toEqual([
      expect.stringContaining('unreachable-job 3 job "first" never starts'),
      expect.stringContaining('unreachable-job 3 job "alone" never starts'),
    ]);
  });

  test("a need that is left out stops the pipeline on GitLab, unless it is optional (GY-200)", () => {
    const out = testJob("out", { when: "never", whyNever: "rules: no rule matched" });
    const text = expect.stringContaining(
      "need-left-out 9 'a' job needs 'out' job, but 'out' does not exist in the pipeline.",
    );
    expect(tell([out, testJob("a", needs("out"))])).toEqual([text]);
    expect(tell([out, testJob("a", needs("out", true))])).toEqual([]);
    expect(tell([out, testJob("a", { ...needs("out"), when: "never" })])).toEqual([]);
    expect(tell([out, testJob("a", needs("out"))], { dialect: "drone-1" })).toEqual([]);
  });

  test("a value that is too short to be hidden is told once, without the value", () => {
    const job = (name: string): Job =>
      testJob(name, { variables: testVariables({ PW: "xy", LONG: "long", E: "" }, ["E"]) });
    expect(tell([job("a"), job("b")], {}, ["PW", "LONG"])).toEqual([
      'unmaskable-value 3 the value of "PW" has fewer than 3 characters and cannot be hidden in logs',
    ]);
  });
});
