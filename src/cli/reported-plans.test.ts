import { describe, expect, test } from "vitest";
import { compileGitlab } from "../../tests/compile-gitlab.ts";
import type { JobPlan } from "../model/job-plan.ts";
import type { ScheduledJob } from "../model/run-plan.ts";
import { planPipeline } from "../plan/plan-pipeline.ts";
import { toIdleChoices } from "./idle-choices.ts";
import { ReportedPlans } from "./reported-plans.ts";

const TEXT = `default: {image: busybox}
one: {stage: build, script: x, artifacts: {reports: {dotenv: a.env}}}
two: {stage: build, script: x, artifacts: {reports: {dotenv: b.env}}}
A: {script: x, needs: [one], services: ["redis:$TAG"]}
B: {script: x, needs: [one], variables: {OWN: "$TAG"}}
C: {script: x, needs: [two], image: "app:$TAG"}
`;

const CHOICES = toIdleChoices("run", { mask: [] });

/** How often the file is read is counted. */
function openPlans(): {
  readonly planOf: (name: string, tag: string) => Promise<JobPlan>;
  readonly counts: { compiled: number };
} {
  const counts = { compiled: 0 };
  const { pipeline } = compileGitlab(TEXT);
  const scheduled: readonly ScheduledJob[] = pipeline === undefined ? [] : planPipeline(pipeline, CHOICES).plan.jobs;
  const plans = new ReportedPlans({
    loaded: {
      file: ".gitlab-ci.yml",
      compileAgain: async ({ reported }) => {
        counts.compiled += 1;
        const { jobs = [], variables = [] } = reported ?? {};
        return compileGitlab(TEXT, { reported: { job: [...jobs], variables: Object.fromEntries(variables) } });
      },
    },
    choices: CHOICES,
    fit: (plan) => plan,
    started: [],
    scheduled: [...scheduled],
  });
  const planOf = (name: string, tag: string): Promise<JobPlan> => {
    const job = scheduled.find(({ plan }) => plan.name === name);
    if (job === undefined) throw new Error(`no job "${name}"`);
    return plans.planOf(job, new Map([["TAG", tag]]));
  };
  return { planOf, counts };
}

describe("plans with reported variables (GY-90)", () => {
  test("jobs that get the same from the same jobs are planned together", async () => {
    const { planOf, counts } = openPlans();
    const [a, b] = await Promise.all([planOf("A", "7"), planOf("B", "7")]);
    expect(a.services.map(({ image }) => image.ref.text)).toEqual(["redis:7"]);
    expect(b.steps[0]?.env.get("OWN")).toBe("7");
    expect(counts.compiled).toBe(1);
  });

  test("what others get is not theirs", async () => {
    const { planOf, counts } = openPlans();
    const [b, c] = [await planOf("B", "7"), await planOf("C", "8")];
    expect(b.steps[0]?.env.get("TAG")).toBe("7");
    expect(c.steps[0]?.image.ref.text).toBe("app:8");
    expect((await planOf("B", "9")).steps[0]?.env.get("TAG")).toBe("9");
    expect(counts.compiled).toBe(3);
  });

  test("one that cannot be planned with them says what is wrong with it, and its group goes on", async () => {
    const { planOf } = openPlans();
    await expect(planOf("A", "x y")).rejects.toThrow(
      'job "A" cannot run with the variables reported to it: "redis:x y" is not an image reference',
    );
    expect((await planOf("B", "x y")).steps[0]?.env.get("OWN")).toBe("x y");
  });
});
