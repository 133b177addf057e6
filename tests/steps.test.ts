import { describe, expect, test } from "vitest";
import type { StepPlan } from "../src/model/job-plan.ts";
import { inOrder, ran, run, step } from "./fake-steps.ts";
import { eventsOf, outputOf } from "./run-plan.ts";
import { testStep } from "./test-plans.ts";

describe("steps of one job", () => {
  test("run in order, each in a container of its own, until one fails; those for failures run then (DR-241)", async () => {
    const after = await run(
      inOrder(
        step("one", "exit 0"),
        step("two", "exit 3"),
        step("three", "exit 0"),
        step("mourn", "exit 0", { when: "on_failure" }),
        step("tidy", "exit 0", { when: "always" }),
        step("late", "exit 0"),
      ),
    );
    expect(ran(after)).toEqual(["one", "two", "mourn", "tidy"]);
    expect(after.result).toMatchObject({ state: "failed", decidedBy: "failed" });
    expect(after.result.cause?.text).toBe('step "two" of job job failed with exit code 3');
    expect(after.result.removed.containers).toBe(6);
  });

  test("a step for failures is skipped when all goes well, one for both runs (DR-241)", async () => {
    const after = await run(
      inOrder(
        step("one", "exit 0"),
        step("mourn", "exit 0", { when: "on_failure" }),
        step("tidy", "exit 0", { when: "always" }),
      ),
    );
    expect(ran(after)).toEqual(["one", "tidy"]);
    expect(after.result.state).toBe("passed");
  });

  test("the first failure decides, also when a step for failures fails after it", async () => {
    const after = await run(inOrder(step("one", "exit 4"), step("mourn", "exit 9", { when: "on_failure" })));
    expect(after.result.cause?.text).toContain('step "one" of job job failed with exit code 4');
  });

  describe("several scripts of one step (GY-132)", () => {
    const scripts = (...commands: readonly string[]): Partial<StepPlan> => ({
      scripts: [
        ...commands.map((command) => ({ kind: "main" as const, commands: [command] })),
        { kind: "after" as const, commands: ["say cleaned"] },
      ],
    });

    test("run one after the other, and after_script behind them", async () => {
      const after = await run([step("one", "", scripts("say first", "say second"))]);
      expect(outputOf(after, "one")).toEqual(["first", "second", "cleaned"]);
      expect(after.result.state).toBe("passed");
    });

    test("end with the first that fails, and its exit code is the job's", async () => {
      const after = await run([step("one", "", scripts("say first", "exit 4", "say never"))]);
      expect(outputOf(after, "one")).toEqual(["first", "cleaned"]);
      expect(after.result.cause?.text).toContain("exit code 4");
    });
  });

  describe("commands before the sources (GY-131)", () => {
    test("run in the job's container, ahead of its script", async () => {
      const after = await run([step("one", "say second")], { beforeSources: ["say first"] });
      expect(outputOf(after, "one")).toEqual(["first", "second"]);
      expect(eventsOf(after, "script.started").map((event) => event.script)).toEqual(["before", "main"]);
    });

    test("fail the job with their exit code, and nothing else of it runs", async () => {
      const one = step("one", "say never", { scripts: [{ kind: "after", commands: ["say never"] }] });
      const after = await run([one], { beforeSources: ["exit 9"] });
      expect(outputOf(after, "one")).toEqual([]);
      expect(after.result).toMatchObject({ decidedBy: "failed", state: "failed" });
      expect(after.result.cause?.text).toContain("exit code 9");
    });
  });

  test("a failure that is to be ignored changes nothing (DR-62)", async () => {
    const after = await run(inOrder(step("one", "exit 1", { ignoreFailure: true }), step("two", "exit 0")));
    expect([ran(after), after.result.state]).toEqual([["one", "two"], "passed"]);
  });

  test("steps that do not wait for each other run at the same time (DR-290)", async () => {
    const after = await run([
      step("left", "touch l; await r"),
      step("right", "touch r; await l"),
      step("join", "exit 0", { dependsOn: ["left", "right"] }),
    ]);
    expect([ran(after).at(-1), after.result.state]).toEqual(["join", "passed"]);
  });

  test("a step may wait for one further down in the file (DR-67)", async () => {
    const after = await run([step("second", "exit 0", { dependsOn: ["first"] }), step("first", "exit 0")]);
    expect(ran(after)).toEqual(["first", "second"]);
  });

  test("a detached step is not waited for, and its end does not count (DR-233)", async () => {
    const after = await run(
      inOrder(step("server", "touch up; stay; exit 7", { detach: true }), step("test", "await up")),
    );
    expect([ran(after), after.result.state]).toEqual([["server", "test"], "passed"]);
  });

  test("exit code 78 ends the job well where the plan says so (DR-237)", async () => {
    const steps = inOrder(step("skip", "exit 78"), step("never", "exit 0"));
    const after = await run(steps, { skipRestExitCode: 78 });
    expect([ran(after), after.result.state]).toEqual([["skip"], "passed"]);
    expect((await run(steps)).result.state).toBe("failed");
  });

  test("plugins run their image's own program, and may be all there is", async () => {
    const after = await run([step("notify", "", { scripts: [], command: ["exit 0"] })]);
    expect([ran(after), after.result.state]).toEqual([["notify"], "passed"]);
  });

  test("an image that cannot be had stops the job before any step runs, whichever step it is for", async () => {
    const missing = testStep("missing", ["exit 0"], { id: "two", name: "two" });
    const after = await run(inOrder(step("one", "await never"), missing), { timeoutMs: 10_000 });
    expect(after.result.decidedBy).toBe("image_failed");
  });
});

describe("images", () => {
  test("an old local image serves when the registry does not answer, with a warning (DR-152)", async () => {
    const plan = testStep("old", ["exit 0"]);
    const image = { ...plan.image, pullPolicies: ["always", "never"] as const };
    const after = await run([{ ...plan, image }]);
    expect(after.result.state).toBe("passed");
    expect(eventsOf(after, "run.note").map((note) => note.text)).toEqual([
      expect.stringMatching(/^image "old" could not be pulled, the local one is used: no answer/),
    ]);
  });
});
