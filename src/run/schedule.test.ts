import { describe, expect, test } from "vitest";
import { testJobPlan } from "../../tests/test-plans.ts";
import type { JobPlan } from "../model/job-plan.ts";
import type { JobWhen } from "../model/pipeline.ts";
import { decide, type JobStanding } from "./schedule.ts";

const plan: JobPlan = testJobPlan({ name: "deploy" });
const passed: JobStanding = { state: "passed", allowed: false, isBlocking: false };
const failed: JobStanding = { state: "failed", allowed: false, isBlocking: false };
const allowed: JobStanding = { state: "failed", allowed: true, isBlocking: false };
const skipped: JobStanding = { state: "skipped", allowed: false, isBlocking: false };
const optionalManual: JobStanding = { state: "manual", allowed: false, isBlocking: false };
const blockingManual: JobStanding = { state: "manual", allowed: false, isBlocking: true };

function decideAfter(when: JobWhen, ...before: (JobStanding | undefined)[]): string {
  const after = before.map((_, index) => `job-${index}`);
  const standings = new Map(
    before.flatMap((standing, index) => (standing ? [[`job-${index}`, standing] as const] : [])),
  );
  const decision = decide({ plan, after, when, artifactsFrom: [] }, standings);
  return decision.kind === "end" ? decision.state : decision.kind;
}

describe("whether a job starts (GY-192 to GY-194, GY-203)", () => {
  test.each([
    ["on_success", [], "start"],
    ["on_success", [passed, passed], "start"],
    ["on_success", [passed, undefined], "wait"],
    ["on_success", [passed, failed], "skipped"],
    ["on_success", [allowed], "start"],
    ["on_success", [skipped], "skipped"],
    ["on_success", [optionalManual], "start"],
    ["on_success", [blockingManual], "skipped"],
    ["on_failure", [passed], "skipped"],
    ["on_failure", [passed, failed], "start"],
    ["on_failure", [allowed], "skipped"],
    ["always", [failed, skipped], "start"],
    ["always", [undefined], "wait"],
    ["manual", [passed], "manual"],
    ["never", [], "skipped"],
  ] as const)("%s after %j: %s", (when, before, expected) => {
    expect(decideAfter(when, ...before)).toBe(expected);
  });
});
