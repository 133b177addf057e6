import { describe, expect, test } from "vitest";
import { testJobPlan } from "../../tests/test-plans.ts";
import type { ScheduledJob } from "../model/run-plan.ts";
import { ChildPipelines } from "./child-pipelines.ts";
import { decide, type JobStanding } from "./schedule.ts";

function scheduled(name: string, over: Partial<ScheduledJob> = {}): ScheduledJob {
  return { plan: testJobPlan({ name, id: name }), after: [], when: "on_success", artifactsFrom: [], ...over };
}

function pipelinesOf(bridge: ScheduledJob): { readonly pipelines: ChildPipelines; readonly job: ScheduledJob } {
  const job = scheduled("B/J", { parent: "B" });
  return { job, pipelines: new ChildPipelines({ runId: "r", dialect: "gitlab", file: "f", jobs: [bridge, job] }) };
}

const PASSED: JobStanding = { state: "passed", allowed: false, isBlocking: false };

describe("a job of a child pipeline", () => {
  const job = scheduled("B/J", { parent: "B" });

  test("waits until its pipeline has started, and is skipped when it never does", () => {
    expect(decide(job, new Map())).toEqual({ kind: "wait" });
    expect(decide(job, new Map(), new Set(["B"]))).toEqual({ kind: "start" });
    const skipped: JobStanding = { ...PASSED, state: "skipped" };
    expect(decide(job, new Map([["B", skipped]]))).toMatchObject({ kind: "end", state: "skipped" });
  });
});

describe("a job that starts a pipeline (GY-240)", () => {
  const failure = { state: "failed", cause: undefined } as const;

  test("passes at once, whatever becomes of its pipeline", () => {
    const { pipelines, job } = pipelinesOf(scheduled("B", { child: { waits: false } }));
    expect(pipelines.open(scheduled("B", { child: { waits: false } }))).toMatchObject({ state: "passed" });
    expect(pipelines.takesFailure(job, failure)).toBe(true);
    expect(pipelines.takeEnded(new Map([["B/J", PASSED]]))).toEqual([]);
  });

  test("fails when its pipeline cannot be made, and is no concern of the others", () => {
    const problem = { text: "Local file `c.yml` does not exist!", at: { file: "f.yml", line: 2, column: 1 } };
    const bridge = scheduled("B", { child: { waits: false, problem } });
    const { pipelines } = pipelinesOf(bridge);
    const cause = { kind: "child_pipeline_invalid", text: expect.stringContaining("`c.yml` does not exist!") };
    expect(pipelines.open(bridge)).toMatchObject({ state: "failed", exitCode: null, allowed: false, cause });
    const allowed = { ...bridge, plan: { ...bridge.plan, allowFailure: true } };
    expect(pipelines.open(allowed)).toMatchObject({ state: "failed", allowed: true });
    expect(pipelines.opened.size).toBe(0);
  });

  test("ends once with its pipeline, and fails with it, when it waits for it", () => {
    const bridge = scheduled("B", { child: { waits: true } });
    const { pipelines, job } = pipelinesOf(bridge);
    expect(pipelines.open(bridge)).toBeUndefined();
    expect(pipelines.takeEnded(new Map())).toEqual([]);
    expect(pipelines.takesFailure(job, failure)).toBe(true);
    expect(pipelines.takesFailure(bridge, failure)).toBe(false);
    const standings = new Map([["B/J", { ...PASSED, state: "failed" as const }]]);
    expect(pipelines.takeEnded(standings)).toMatchObject([
      { job: bridge, verdict: { state: "failed", allowed: false } },
    ]);
    expect(pipelines.takeEnded(standings)).toEqual([]);
  });
});
