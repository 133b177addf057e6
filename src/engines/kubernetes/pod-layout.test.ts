import { describe, expect, test } from "vitest";
import type { StepPlan } from "../../model/job-plan.ts";
import { jobPlan, servicePlan, stepPlan } from "../contract/contract-job.ts";
import { toPodLayout } from "./pod-layout.ts";

function steps(...changes: readonly (Partial<StepPlan> & { readonly from?: string })[]): StepPlan[] {
  return changes.map(({ from = "node:24", ...change }, index) =>
    stepPlan(from, {
      id: `s${index}`,
      name: `s${index}`,
      dependsOn: changes.slice(0, index).map((_, before) => `s${before}`),
      ...change,
    }),
  );
}

function containersOf(plans: readonly StepPlan[], services: readonly string[] = []): readonly string[] {
  const beside = services.map((id) => servicePlan(id, "redis:7", {}));
  return toPodLayout(jobPlan("r", "j", { services: beside, steps: plans }), undefined).steps.map(
    ({ container }) => container,
  );
}

describe("steps of one pod (K-110)", () => {
  test("the job of a GitLab file is the container `build`", () => {
    expect(containersOf([stepPlan("node:24")])).toEqual(["build"]);
  });

  test("one container for each distinct image, numbered", () => {
    expect(containersOf(steps({}, { from: "go:1" }, {}, { from: "go:1" }))).toEqual([
      "build",
      "build-2",
      "build",
      "build-2",
    ]);
  });

  test("steps that may run at the same time do not share a container", () => {
    expect(containersOf(steps({}, { dependsOn: [] }, { dependsOn: ["s0"] }))).toEqual(["build", "build-2", "build"]);
  });

  test("steps of other rights, users, volumes or limits do not share one", () => {
    const volumes = [{ kind: "host" as const, source: "/x", target: "/y", readOnly: false }];
    const odd = [{ privileged: true }, { user: "1000" }, { volumes }, { memoryBytes: 1 }];
    expect(new Set(containersOf(steps({}, ...odd))).size).toBe(5);
  });

  test("a step that goes on beside the others has its own", () => {
    expect(containersOf(steps({ detach: true }, {}, {}))).toEqual(["build", "build-2", "build-2"]);
  });

  test("a step that is its image's own program waits in its own container", () => {
    const layout = toPodLayout(jobPlan("r", "j", { services: [], steps: steps({}, { scripts: [] }, {}) }), undefined);
    expect(layout.steps.map(({ container, start }) => [container, start])).toEqual([
      ["build", "agent"],
      ["build-2", "image"],
      ["build", "agent"],
    ]);
  });

  test("a service's name is not taken again", () => {
    expect(containersOf(steps({}, { from: "go:1" }), ["build-2"])).toEqual(["build", "build-3"]);
  });
});

describe("services of one pod", () => {
  test("a service waits for the sources where its dialect says so, and for other services", () => {
    const services = [servicePlan("db", "db:1", {}), servicePlan("app", "app:1", { dependsOn: ["db"] })];
    const job = jobPlan("r", "j", { services, steps: [stepPlan("a:1")] });
    const held = (plan: typeof job): readonly boolean[] =>
      toPodLayout(plan, undefined).services.map(({ isHeld }) => isHeld);
    expect(held(job)).toEqual([false, true]);
    expect(held({ ...job, workspace: { ...job.workspace, sourcesBeforeServices: true } })).toEqual([true, true]);
  });

  test("`helper` has the image of a step with a shell", () => {
    const job = jobPlan("r", "j", { services: [], steps: steps({ scripts: [], from: "plugin:1" }, { from: "go:1" }) });
    expect(toPodLayout(job, undefined).helperImage.ref.text).toBe("go:1");
  });
});
