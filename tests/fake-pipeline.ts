// Whole pipelines on the fake engine: each job's script is a program of the test.

import { join } from "node:path";
import { FakeEngine } from "../src/engines/fake/fake-engine.ts";
import type { FakeProcess, FakeProgram } from "../src/engines/fake/fake-world.ts";
import type { Artifacts } from "../src/model/artifacts.ts";
import type { JobPlan, StepPlan } from "../src/model/job-plan.ts";
import type { ScheduledJob } from "../src/model/run-plan.ts";
import { MARKER } from "../src/run/script/script-marker.ts";
import { systemClock } from "../src/system/clock.ts";
import { eventsOf, type PlanRun, runScheduled, type ScheduledOptions } from "./run-plan.ts";
import { testJobPlan, testStep } from "./test-plans.ts";

export const SOURCES = "/builds/group/project";
export const at = { file: ".gitlab-ci.yml", line: 1, column: 1 };

export interface Told {
  readonly after?: readonly string[];
  readonly plan?: Partial<JobPlan>;
  readonly step?: Partial<StepPlan>;
  readonly job?: Partial<ScheduledJob>;
}

export function job(name: string, { after = [], plan = {}, step = {}, job: over = {} }: Told = {}): ScheduledJob {
  const steps = [testStep("busybox", [`run ${name}`], { id: name, ...step })];
  const artifactsFrom = after;
  return { plan: testJobPlan({ id: name, name, steps, ...plan }), after, when: "on_success", artifactsFrom, ...over };
}

export function artifacts(over: Partial<Artifacts> = {}): Artifacts {
  return { paths: [], untracked: false, exclude: [], when: "on_success", reports: [], at, ...over };
}

export type Programs = Readonly<Record<string, FakeProgram>>;

/**
 * Each job's script is a program of its name; `NAME after` is its `after_script` (`tidy up`). Others end well at once.
 *
 * @param root a folder of the test's own.
 */
export async function runFake(
  root: string,
  jobs: readonly ScheduledJob[],
  programs: Programs = {},
  options: ScheduledOptions = {},
): Promise<PlanRun> {
  const engine = new FakeEngine({
    clock: systemClock,
    programFor: (container, script) => async (process) => {
      if (script === undefined) return await process.sleep(60_000).then(() => 0);
      await process.print(MARKER);
      const name = script.includes("tidy up") ? `${container.id} after` : container.id;
      return (await programs[name]?.(process)) ?? 0;
    },
  });
  return await runScheduled(jobs, engine, { runFolder: join(root, "run"), projectFolder: root, ...options });
}

export async function forever(process: FakeProcess): Promise<number> {
  await process.sleep(60_000);
  return 0;
}

/** How each job ended, the last attempt of it. */
export function states(run: PlanRun): Readonly<Record<string, string>> {
  return Object.fromEntries(eventsOf(run, "job.finished").map((event) => [event.job, event.state]));
}

export function notes(run: PlanRun): readonly string[] {
  return eventsOf(run, "run.note").map((event) => event.text);
}
