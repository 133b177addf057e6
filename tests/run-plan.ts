import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "../src/engines/engine.ts";
import { createEventLog } from "../src/events/event-log.ts";
import type { RunEvent } from "../src/events/run-event.ts";
import type { JobPlan } from "../src/model/job-plan.ts";
import type { RunPlan, ScheduledJob } from "../src/model/run-plan.ts";
import { createRunImages } from "../src/run/images.ts";
import type { Interruption } from "../src/run/interruption.ts";
import type { RunContext } from "../src/run/job-context.ts";
import { type RunResult, runPipeline } from "../src/run/run-pipeline.ts";
import { openArtifactStore } from "../src/system/artifact-store.ts";
import { openCacheStore } from "../src/system/cache-store.ts";
import { systemClock } from "../src/system/clock.ts";
import type { ResourceLocks } from "../src/system/resource-locks.ts";
import { packTar } from "../src/system/tar.ts";

export interface PlanRun {
  readonly result: RunResult;
  readonly events: readonly RunEvent[];
}

/** Runs one job on an engine, as the program does, without a file, a screen and records. */
export async function runPlan(job: JobPlan, engine: Engine): Promise<PlanRun> {
  return await runScheduled([{ plan: job, after: [], when: "on_success", artifactsFrom: [] }], engine, {
    dialect: "drone-0.5",
    maxParallelJobs: 1,
  });
}

export interface ScheduledOptions extends Partial<Pick<RunPlan, "dialect" | "cancelOnFailure">> {
  readonly maxParallelJobs?: number;
  readonly interruption?: Interruption;
  readonly locks?: ResourceLocks;
  /** Where archives go. */
  readonly runFolder?: string;
  /** Where `.outrigger` is. */
  readonly projectFolder?: string;
  readonly planChildren?: RunContext["planChildren"];
  readonly planAgain?: RunContext["planAgain"];
  readonly onEvent?: (event: RunEvent) => void;
  /** Puts something between the run and where it keeps files. */
  readonly wrapStores?: (stores: Stores) => Stores;
}

export type Stores = Pick<RunContext, "artifacts" | "caches">;

const NEVER = new AbortController().signal;

/** As {@link runPlan}, for several jobs of one run. */
export async function runScheduled(
  jobs: readonly ScheduledJob[],
  engine: Engine,
  options: ScheduledOptions = {},
): Promise<PlanRun> {
  const runId = jobs[0]?.plan.runId ?? "test";
  const { dialect = "gitlab", maxParallelJobs = 4, cancelOnFailure } = options;
  const folder = options.runFolder ?? join(tmpdir(), `outrigger-test-${runId}`);
  const events: RunEvent[] = [];
  const listeners = [
    (event: RunEvent): void => {
      events.push(event);
      options.onEvent?.(event);
    },
  ];
  const log = createEventLog({ runId, now: systemClock.now, listeners });
  const interruption = options.interruption ?? { stop: NEVER, kill: NEVER };
  const stores: Stores = {
    caches: openCacheStore(join(folder, "caches"), tmpdir()),
    artifacts: openArtifactStore(folder, options.projectFolder ?? tmpdir()),
  };
  const context = {
    engine,
    emit: log.emit,
    emitLines: log.emitLines,
    pressure: log.pressure,
    clock: systemClock,
    images: createRunImages({ engine, emit: log.emit, clock: systemClock, signal: interruption.stop }),
    sources: { open: (below: string) => packTar(sourceEntries(below)) },
    planAgain: options.planAgain ?? (async () => undefined),
    planChildren: options.planChildren ?? (async () => []),
    ...(options.wrapStores?.(stores) ?? stores),
    copiesArtifacts: false,
    locks: options.locks ?? { acquire: async () => undefined },
    interruption,
  };
  const plan = { runId, dialect, file: "FILE", jobs, ...(cancelOnFailure === undefined ? {} : { cancelOnFailure }) };
  const result = await runPipeline(plan, context, { maxParallelJobs });
  return { result, events };
}

/** One file, `hello`, in the sources' folder. */
function sourceEntries(below: string): Parameters<typeof packTar>[0] {
  const folders = below.split("/").filter(Boolean);
  const parents = folders.map((_, depth) => ({
    type: "directory" as const,
    path: `${folders.slice(0, depth + 1).join("/")}/`,
    mode: 0o777,
    modifiedAtMs: 0,
  }));
  const content = Buffer.from("hello\n");
  const path = [...folders, "hello"].join("/");
  return [
    ...parents,
    { type: "file" as const, path, mode: 0o666, modifiedAtMs: 0, sizeBytes: content.length, content },
  ];
}

export function eventsOf<T extends RunEvent["type"]>(run: PlanRun, type: T): readonly Extract<RunEvent, { type: T }>[] {
  return run.events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);
}

/** The lines a step printed, without colours and without the echoed commands. */
export function outputOf(run: PlanRun, step: string): readonly string[] {
  return eventsOf(run, "job.log")
    .filter((event) => event.step === step)
    .map((event) => event.text)
    .filter((text) => !text.includes("$ "));
}
