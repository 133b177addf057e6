import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "../src/engines/engine.ts";
import { createEventLog } from "../src/events/event-log.ts";
import type { RunEvent } from "../src/events/run-event.ts";
import type { JobPlan } from "../src/model/job-plan.ts";
import { createRunImages } from "../src/run/images.ts";
import { type RunResult, runPipeline } from "../src/run/run-pipeline.ts";
import { openArtifactStore } from "../src/system/artifact-store.ts";
import { openCacheStore } from "../src/system/cache-store.ts";
import { systemClock } from "../src/system/clock.ts";
import { packTar } from "../src/system/tar.ts";

export interface PlanRun {
  readonly result: RunResult;
  readonly events: readonly RunEvent[];
}

/** Runs one job on an engine, as the program does, without a file, a screen and records. */
export async function runPlan(job: JobPlan, engine: Engine): Promise<PlanRun> {
  const events: RunEvent[] = [];
  const listeners = [(event: RunEvent): void => void events.push(event)];
  const log = createEventLog({ runId: job.runId, now: systemClock.now, listeners });
  const interruption = { stop: new AbortController().signal, kill: new AbortController().signal };
  const context = {
    engine,
    emit: log.emit,
    emitLines: log.emitLines,
    pressure: log.pressure,
    clock: systemClock,
    images: createRunImages({ engine, emit: log.emit, clock: systemClock, signal: interruption.stop }),
    sources: { open: (below: string) => packTar(sourceEntries(below)) },
    caches: openCacheStore(join(tmpdir(), `outrigger-test-${job.runId}`), tmpdir()),
    planAgain: async () => undefined,
    artifacts: openArtifactStore(join(tmpdir(), `outrigger-test-${job.runId}`), tmpdir()),
    copiesArtifacts: false,
    interruption,
  };
  const jobs = [{ plan: job, after: [], when: "on_success" as const, artifactsFrom: [] }];
  const plan = { runId: job.runId, dialect: "drone-0.5" as const, file: ".drone.yml", jobs };
  const result = await runPipeline(plan, context, { maxParallelJobs: 1 });
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
