import { describe, expect, test } from "vitest";
import type { JobPlan, StepPlan } from "../src/model/job-plan.ts";
import { inOrder, ran, run, service, step } from "./fake-steps.ts";
import { eventsOf } from "./run-plan.ts";
import { testJobPlan, testService, testStep } from "./test-plans.ts";

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
