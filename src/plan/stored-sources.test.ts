import { describe, expect, test } from "vitest";
import { testJob, testPipeline } from "../../tests/test-pipelines.ts";
import type { Job } from "../model/pipeline.ts";
import { findStoredSources } from "./stored-sources.ts";

const at = { file: ".gitlab-ci.yml", line: 1, column: 1 };
const leaves = { paths: ["out"], untracked: false, exclude: [], when: "on_success", reports: [], at } as const;

function storedOf(job: Partial<Job>, chosen: readonly string[] = ["J"]): unknown {
  const jobs = [
    testJob("build", { stage: "build", artifacts: leaves }),
    testJob("logs", { stage: "build", artifacts: { ...leaves, when: "on_failure" } }),
    testJob("gone", { stage: "build", artifacts: leaves, when: "never" }),
    testJob("J", { stage: "test", ...job }),
  ];
  const isChosen = jobs.filter(({ name }) => chosen.includes(name));
  return findStoredSources(testPipeline(jobs), isChosen).get("J");
}

describe("what a job that is asked for by name takes from earlier runs (GY-205, GY-207)", () => {
  test("what its earlier stages left, and it can do without", () => {
    expect(storedOf({})).toEqual({
      all: ["build", "logs"],
      stored: [
        { job: "build", isRequired: false },
        { job: "logs", isRequired: false },
      ],
    });
  });

  test("what it names, and it cannot do without that; but for what only a failure leaves", () => {
    const dependencies = ["build", "logs"].map((job) => ({ job, at }));
    expect(storedOf({ dependencies })).toMatchObject({
      stored: [
        { job: "build", isRequired: true },
        { job: "logs", isRequired: false },
      ],
    });
    const needs = [{ job: "build", optional: true, artifacts: true, at }];
    expect(storedOf({ order: { kind: "needs", needs } })).toMatchObject({
      stored: [{ job: "build", isRequired: false }],
    });
  });

  test("nothing of jobs that this run makes itself", () => {
    expect(storedOf({}, ["J", "build"])).toMatchObject({ all: ["build", "logs"], stored: [{ job: "logs" }] });
    expect(storedOf({}, ["J", "build", "logs"])).toBeUndefined();
  });
});
