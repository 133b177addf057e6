// Jobs of several steps on the fake engine: what a container does is told by words in its script or command.

import { FakeEngine } from "../src/engines/fake/fake-engine.ts";
import type { FakeProgram, FakeWorld } from "../src/engines/fake/fake-world.ts";
import type { JobPlan, ServicePlan, StepPlan } from "../src/model/job-plan.ts";
import { MARKER } from "../src/run/script/script-marker.ts";
import { systemClock } from "../src/system/clock.ts";
import { eventsOf, type PlanRun, runPlan } from "./run-plan.ts";
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

export function step(name: string, command: string, over: Partial<StepPlan> = {}): StepPlan {
  return testStep("busybox", [command], { id: name, name, hostNames: [name], ...over });
}

export function service(id: string, command: string, over: Partial<ServicePlan> = {}): ServicePlan {
  return testService(id, "postgres", { command: [command], whenDeadInUse: "warn", ...over });
}

export async function run(steps: readonly StepPlan[], over: Partial<JobPlan> = {}): Promise<PlanRun> {
  const engine = new FakeEngine({
    clock: systemClock,
    images,
    programFor: (container, script) =>
      script === undefined ? programFor(container.command?.[0] ?? "") : asShell(programFor(script)),
  });
  return await runPlan(testJobPlan({ workspace: WORKSPACE, steps, ...over }), engine);
}

export function ran(plan: PlanRun): readonly string[] {
  return eventsOf(plan, "script.started").map((event) => event.step);
}

/** Each waits for the one before it. */
export function inOrder(...steps: readonly StepPlan[]): readonly StepPlan[] {
  return steps.map((one, index) => ({ ...one, dependsOn: steps.slice(0, index).map((before) => before.id) }));
}
