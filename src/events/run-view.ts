import type { Cause, JobState, RunState } from "../model/outcome.ts";

/**
 * All that a screen needs to know of a run, made from its events by `apply-event.ts`. Log lines are not in it: there are too
 * many of them (`log-tails.ts`). Times are epoch milliseconds, taken from the events.
 */
export interface RunView {
  /** Of the last event that is in here; an event with this number or a lower one changes nothing. */
  readonly seq: number;
  readonly runId: string;
  readonly state: "starting" | "running" | RunState;
  readonly startedAt: number | undefined;
  readonly file: string;
  readonly dialect: string;
  readonly engine: string;
  readonly changedFiles: number | undefined;
  /** By reference, in the order in which they were asked for. */
  readonly images: ReadonlyMap<string, ImageView>;
  /** By name, in file order. */
  readonly jobs: ReadonlyMap<string, JobView>;
  readonly notes: readonly NoteView[];
  readonly cleaned: CleanedView | undefined;
  readonly exitCode: number | undefined;
  readonly afterMs: number | undefined;
  readonly cause: Cause | undefined;
}

export type ImageState = "pulling" | "retrying" | "local" | "pulled" | "failed";

export interface ImageView {
  readonly image: string;
  readonly state: ImageState;
  readonly startedAt: number;
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly afterMs: number | undefined;
  /** Why it failed, or is tried again. */
  readonly reason: string | undefined;
}

export type JobViewState = "waiting" | "preparing" | "running" | JobState;

export interface JobView {
  readonly name: string;
  readonly stage: string | undefined;
  readonly image: string;
  readonly state: JobViewState;
  readonly attempt: number;
  readonly startedAt: number | undefined;
  readonly scriptStartedAt: number | undefined;
  /** In file order. */
  readonly services: readonly ServiceView[];
  /** Names by id, in file order; empty for a job that is one container. */
  readonly steps: ReadonlyMap<string, string>;
  readonly showServiceLogs: boolean;
  readonly exitCode: number | null;
  readonly allowed: boolean;
  readonly willRetry: boolean;
  readonly waitedMs: number;
  readonly scriptMs: number;
  readonly cause: Cause | undefined;
  /** Names of jobs whose files were put over its sources. */
  readonly artifactsFrom: readonly string[];
  /** What is kept of it. */
  readonly artifacts: KeptView | undefined;
  /** In the order in which they were looked for. */
  readonly caches: readonly CacheView[];
  readonly tests: TestsView | undefined;
  readonly coveragePercent: number | undefined;
}

export interface CacheView {
  readonly key: string;
  /** Undefined: it was not looked for. */
  readonly found: boolean | undefined;
  /** What was kept under it; undefined: nothing. */
  readonly kept: { readonly files: number; readonly bytes: number } | undefined;
}

export interface TestsView {
  readonly total: number;
  readonly failed: number;
  readonly skipped: number;
  /** Names of the first 50. */
  readonly failures: readonly string[];
}

export interface KeptView {
  readonly files: number;
  readonly bytes: number;
  /** Where people find it, below the project. */
  readonly folder: string | undefined;
}

export type ServiceState = "waiting" | "starting" | "started" | "ready" | "unready" | "failed" | "stopped" | "done";

export interface ServiceView {
  readonly id: string;
  readonly image: string;
  readonly state: ServiceState;
  readonly hostNames: readonly string[];
  readonly startedAt: number | undefined;
  readonly container: string | undefined;
  readonly address: string | undefined;
  readonly probe: string | undefined;
  /** The last thing the probe said. */
  readonly answer: string | undefined;
  readonly tries: number;
  readonly timeoutMs: number | undefined;
  readonly readyAfterMs: number | undefined;
  readonly exitCode: number | null;
  readonly oomKilled: boolean;
  /** Why it failed or was not ready in time. */
  readonly reason: string | undefined;
  readonly failedAfterMs: number | undefined;
  readonly logTail: readonly string[];
}

export interface NoteView {
  readonly level: "note" | "warning";
  readonly text: string;
  readonly job: string | undefined;
}

export interface CleanedView {
  readonly containers: number;
  readonly networks: number;
  readonly volumes: number;
  readonly problems: readonly string[];
}

/** What a person reads for a job's state. */
export const JOB_WORDS: { readonly [State in JobViewState]: string } = {
  waiting: "waiting",
  preparing: "preparing",
  running: "running",
  passed: "passed",
  failed: "failed",
  service_failed: "service failed",
  image_failed: "image failed",
  engine_failed: "engine failed",
  timed_out: "timed out",
  canceled: "canceled",
  skipped: "skipped",
  manual: "manual",
  refused: "refused",
};

/** What a person reads for a service's state. */
export const SERVICE_WORDS: { readonly [State in ServiceState]: string } = {
  waiting: "waiting",
  starting: "starting",
  started: "starting",
  ready: "ready",
  unready: "not ready",
  failed: "failed",
  stopped: "stopped",
  done: "done",
};

export function emptyRunView(): RunView {
  return {
    seq: 0,
    runId: "",
    state: "starting",
    startedAt: undefined,
    file: "",
    dialect: "",
    engine: "",
    changedFiles: undefined,
    images: new Map(),
    jobs: new Map(),
    notes: [],
    cleaned: undefined,
    exitCode: undefined,
    afterMs: undefined,
    cause: undefined,
  };
}

/** Which part of a run's time went where; undefined when there was none of it. What ran at the same time counts once. */
export interface RunTimes {
  readonly pullMs: number | undefined;
  readonly servicesMs: number | undefined;
  readonly scriptMs: number | undefined;
}

export function runTimes(view: RunView): RunTimes {
  const jobs = [...view.jobs.values()];
  const pulls = [...view.images.values()]
    .filter((image) => image.state === "pulled")
    .map((image) => image.afterMs ?? 0);
  const services = jobs.flatMap((job) => job.services).flatMap((service) => service.readyAfterMs ?? []);
  const scripts = jobs.map((job) => job.scriptMs);
  return { pullMs: longest(pulls), servicesMs: longest(services), scriptMs: longest(scripts) };
}

function longest(durations: readonly number[]): number | undefined {
  const ms = Math.max(0, ...durations);
  return ms > 0 ? ms : undefined;
}
