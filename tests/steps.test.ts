import { describe, expect, test } from "vitest";
import { FakeEngine } from "../src/engines/fake/fake-engine.ts";
import type { FakeProgram, FakeWorld } from "../src/engines/fake/fake-world.ts";
import type { JobPlan, ServicePlan, StepPlan } from "../src/model/job-plan.ts";
import { MARKER } from "../src/run/script/script-marker.ts";
import { systemClock } from "../src/system/clock.ts";
import { eventsOf, outputOf, type PlanRun, runPlan } from "./run-plan.ts";
import { testJobPlan, testService, testStep } from "./test-plans.ts";

const WORKSPACE = { mountPath: "/drone", sourcePath: "/drone/src", sourcesBeforeServices: true };

/** What a container does, told by words in its script or command: `exit 3`, `touch a`, `await a`, `mourn` (the end of db), `leave` (gone before its log). */
function programFor(words: string): FakeProgram | undefined {
  const code = /\bexit (\d+)/.exec(words)?.[1];
  const touched = /\btouch (\w+)/.exec(words)?.[1];
  const awaited = /\bawait (\w+)/.exec(words)?.[1];
  const said = /\bsay ([^;'"]+)/.exec(words)?.[1];
  const port = /\blisten (\d+)/.exec(words)?.[1];
  if ([code, touched, awaited, said, port].every((found) => found === undefined)) return undefined;
  return async (process) => {
    if (port !== undefined) process.listen(Number(port));
    if (said !== undefined) await process.print(`${said}\n`);
    if (touched !== undefined) process.files.write(`/drone/${touched}`);
    const isMissing = (): boolean => awaited !== undefined && !process.files.has(`/drone/${awaited}`);
    while (isMissing()) await process.sleep(1);
    // The engine has told of a service's end by the time its name is gone and the next turn has come.
    while (/\bmourn\b/.test(words) && process.resolve("db").length > 0) await process.sleep(1);
    if (/\bmourn\b/.test(words)) await process.sleep(1);
    if (/\bleave\b/.test(words)) {
      process.leave();
      await process.sleep(50);
    }
    if (/\bstay\b/.test(words)) await process.sleep(60_000).catch(() => undefined);
    return Number(code ?? 0);
  };
}

/** A shell prints the proof that it has its script before anything else. */
function asShell(program: FakeProgram | undefined): FakeProgram {
  return async (process) => {
    await process.print(MARKER);
    return (await program?.(process)) ?? 0;
  };
}

const images: NonNullable<FakeWorld["images"]> = new Map([
  ["postgres", { exposedTcpPorts: [5432] }],
  ["missing", { isLocal: false, failure: { code: "image_not_found", message: "no such image" } }],
  ["old", { isLocal: true, failure: { code: "image_registry_unreachable", message: "no answer" } }],
]);

function step(name: string, command: string, over: Partial<StepPlan> = {}): StepPlan {
  return testStep("busybox", [command], { id: name, name, hostNames: [name], ...over });
}

function service(id: string, command: string, over: Partial<ServicePlan> = {}): ServicePlan {
  return testService(id, "postgres", { command: [command], whenDeadInUse: "warn", ...over });
}

async function run(steps: readonly StepPlan[], over: Partial<JobPlan> = {}): Promise<PlanRun> {
  const engine = new FakeEngine({
    clock: systemClock,
    images,
    programFor: (container, script) =>
      script === undefined ? programFor(container.command?.[0] ?? "") : asShell(programFor(script)),
  });
  return await runPlan(testJobPlan({ workspace: WORKSPACE, steps, ...over }), engine);
}

function ran(plan: PlanRun): readonly string[] {
  return eventsOf(plan, "script.started").map((event) => event.step);
}

/** Each waits for the one before it. */
function inOrder(...steps: readonly StepPlan[]): readonly StepPlan[] {
  return steps.map((one, index) => ({ ...one, dependsOn: steps.slice(0, index).map((before) => before.id) }));
}

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

describe("services beside them", () => {
  test("see the sources from their first moment on, and the steps begin when they are ready (DR-217)", async () => {
    const after = await run([step("test", "exit 0")], { services: [service("db", "listen 5432; stay")] });
    const order = after.events.map((event) => event.type).filter((type) => /service.ready|script.started/.test(type));
    expect(order).toEqual(["service.ready", "script.started"]);
  });

  test("one that needs another starts when that is ready (DR-217)", async () => {
    const services = [service("app", "listen 5432; stay", { dependsOn: ["db"] }), service("db", "listen 5432; stay")];
    const after = await run([step("test", "exit 0")], { services });
    const order = after.events.flatMap((event) =>
      event.type === "service.starting" || event.type === "service.ready" ? [`${event.type} ${event.service}`] : [],
    );
    expect(order).toEqual(["service.starting db", "service.ready db", "service.starting app", "service.ready app"]);
  });

  test("a step that needs none of them does not wait (DR-218)", async () => {
    const services = [service("db", "await go; listen 5432; stay")];
    const steps = [step("early", "touch go", { needsServices: false }), step("test", "exit 0")];
    const listening = services.map((one) => ({ ...one, readiness: { kind: "none" as const } }));
    expect((await run(steps, { services: listening })).result.state).toBe("passed");
  });

  test("one that is stopped at the end has not failed, nor has one without ports that ends with 0", async () => {
    const services = [
      service("db", "listen 5432; stay"),
      testService("seed", "busybox", { command: ["touch seeded"], whenDeadInUse: "fail" }),
    ];
    const after = await run([step("test", "await seeded")], { services });
    const ends = eventsOf(after, "service.ended").map((event) => `${event.service} ${event.why}`);
    expect([after.result.state, ends.toSorted()]).toEqual(["passed", ["db stopped", "seed done"]]);
    expect(eventsOf(after, "service.failed")).toEqual([]);
  });

  test("one that dies before it is ready fails its job (DR-225)", async () => {
    const after = await run([step("test", "exit 0")], { services: [service("db", "exit 1")] });
    expect([ran(after), after.result.decidedBy]).toEqual([[], "service_failed"]);
  });

  test.each([
    ["warn", "passed", false],
    ["fail", "failed", true],
  ] as const)("one that ends with 0 before it is ready: %s", async (whenFinished, state, fatal) => {
    const servicePolicy = { ...testJobPlan().servicePolicy, whenFinished };
    const services = [service("seed", "exit 0")];
    const after = await run([step("test", "exit 0")], { services, servicePolicy });
    expect(after.result.state).toBe(state);
    expect(eventsOf(after, "service.failed")).toMatchObject([{ service: "seed", exitCode: 0, fatal, wasReady: false }]);
    expect(ran(after)).toEqual(fatal ? [] : ["test"]);
  });

  test("one that dies while steps run warns, and the result stays (DR-235)", async () => {
    const services = [service("db", "listen 5432; await end; exit 12")];
    const after = await run([endingStep()], { services });
    expect(eventsOf(after, "service.failed")).toMatchObject([{ exitCode: 12, wasReady: true, fatal: false }]);
    expect(after.result.state).toBe("passed");
  });

  test("one that dies while steps run fails its job when the plan says so (--services strict)", async () => {
    const services = [service("db", "listen 5432; await end; exit 12", { whenDeadInUse: "fail" })];
    const steps = [step("test", "touch end; stay")];
    expect((await run(steps, { services })).result.decidedBy).toBe("service_failed");
  });

  test("one that died before a short script ended fails its job, also when its log is late", async () => {
    const services = [service("db", "listen 5432; await end; leave; exit 12", { whenDeadInUse: "fail" })];
    const after = await run([endingStep()], { services });
    expect(eventsOf(after, "service.failed")).toMatchObject([{ exitCode: 12, wasReady: true, fatal: true }]);
    expect(after.result.decidedBy).toBe("service_failed");
  });

  test("one without a port to probe that is gone before its log is never ready", async () => {
    const services = [service("db", "leave; exit 12", { image: testStep("busybox", []).image, whenDeadInUse: "fail" })];
    const after = await run([step("test", "exit 0")], { services });
    expect(eventsOf(after, "service.ready")).toEqual([]);
    expect([ran(after), after.result.decidedBy]).toEqual([[], "service_failed"]);
  });

  test("one that is gone before its log, and cannot be asked any more, is not called unready", async () => {
    const readiness = { kind: "command", argv: ["ask"], timeoutMs: 30_000 } as const;
    const services = [service("db", "leave; exit 12", { readiness, whenDeadInUse: "fail" })];
    const after = await run([step("test", "exit 0")], { services });
    expect(eventsOf(after, "service.unready")).toEqual([]);
    expect(eventsOf(after, "service.failed")).toMatchObject([{ exitCode: 12, wasReady: false, fatal: true }]);
  });

  test("one whose failure is to be ignored is not spoken of (DR-235)", async () => {
    const services = [service("db", "listen 5432; await end; exit 12", { whenDeadInUse: "ignore" })];
    const after = await run([endingStep()], { services });
    expect(eventsOf(after, "service.failed")).toEqual([]);
    expect(after.result.state).toBe("passed");
  });

  test("a step that fails after a service died is told so (DR-235)", async () => {
    const services = [service("db", "listen 5432; await end; exit 137")];
    const after = await run(inOrder(endingStep(), step("test", "exit 2")), { services });
    expect(after.result.cause?.text).toMatch(
      /^step "test" of job job failed with exit code 2; service "db" exited \d+\.\d s before \(code 137\)$/,
    );
  });
});

/** Lets the service end, and ends itself once its end was noticed. */
function endingStep(): StepPlan {
  return step("end", "touch end; mourn");
}

describe("a network name space that all share", () => {
  const shared = (over: Partial<JobPlan>): Partial<JobPlan> => ({
    network: "shared",
    nameSpace: {
      image: testStep("busybox", []).image,
      hostNames: ["db"],
      extraHosts: [],
      dns: [],
      dnsSearch: [],
    },
    ...over,
  });

  test("services whose images expose one port are named before the steps start (DR-108)", async () => {
    const services = [service("pg9", "listen 5432; stay"), service("pg10", "listen 5432; stay")];
    const after = await run([step("test", "exit 0")], shared({ services }));
    const notes = eventsOf(after, "run.note").filter((note) => note.level === "warning");
    expect(notes.map((note) => note.text)).toEqual([
      'services "pg9" and "pg10" both listen on 5432; in shared network mode only one can. ' +
        "Use --network bridge, or give one of them another port",
    ]);
    const types = after.events.map((event) => event.type);
    expect(types.indexOf("run.note")).toBeLessThan(types.indexOf("script.started"));
  });

  test("a service that finds its port taken never was ready, and the holder is named (DR-109)", async () => {
    const services = [
      service("pg9", "listen 5432; stay"),
      service("pg10", "await end; say could not bind IPv4 address: Address already in use; exit 1", {
        readiness: { kind: "none" },
      }),
    ];
    const after = await run([step("test", "touch end; stay")], shared({ services }));
    expect(after.result.decidedBy).toBe("service_failed");
    expect(after.result.cause?.text).toBe(
      'service pg10 (postgres) could not listen on 5432: already used by service "pg9"',
    );
  });

  test("so does a step (DR-110)", async () => {
    const services = [service("web", "listen 5432; stay")];
    const after = await run([step("test", "say Error: listen EADDRINUSE :::5432; exit 1")], shared({ services }));
    expect(after.result.cause).toMatchObject({
      kind: "script_port_taken",
      text: 'the script of job job could not listen on 5432: already used by service "web"',
    });
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
