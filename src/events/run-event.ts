import type { Cause, JobState, RunState } from "../model/outcome.ts";
import type { DialectId } from "../model/pipeline.ts";

/** Changes only when a reader of the old form would break; new types and new fields do not change it. */
export const EVENT_VERSION = 1;

/** One line of a run's story. `seq` counts from 1 without gaps; `t` is ISO 8601 in UTC with milliseconds. */
export type RunEvent = RunEventHead & RunEventBody;

export interface RunEventHead {
  readonly v: typeof EVENT_VERSION;
  readonly seq: number;
  readonly t: string;
  readonly run: string;
}

/**
 * What happened. Durations end in `Ms`; `job` is the job's name, `service` the service's id in its job (`db`).
 * Texts have gone through masking.
 */
export type RunEventBody =
  | {
      readonly type: "run.started";
      readonly file: string;
      readonly dialect: DialectId;
      readonly engine: string;
      readonly jobs: readonly RunStartedJob[];
      /** Files of the work tree that differ from the commit; undefined outside of git. */
      readonly changedFiles?: number;
    }
  /** Jobs of a pipeline that another job starts, and that nobody knew before. */
  | { readonly type: "run.extended"; readonly parent: string; readonly jobs: readonly RunStartedJob[] }
  /** Something a person should know that does not change the result. */
  | { readonly type: "run.note"; readonly level: "note" | "warning"; readonly text: string; readonly job?: string }
  | { readonly type: "image.pulling"; readonly image: string }
  | { readonly type: "image.progress"; readonly image: string; readonly doneBytes: number; readonly totalBytes: number }
  | { readonly type: "image.retrying"; readonly image: string; readonly reason: string }
  | {
      /** The image is there. `how: local` came without a pull. */
      readonly type: "image.pulled";
      readonly image: string;
      readonly how: "local" | "pulled";
      readonly bytes: number;
      readonly afterMs: number;
    }
  | { readonly type: "image.failed"; readonly image: string; readonly code: string; readonly message: string }
  | { readonly type: "job.started"; readonly job: string; readonly attempt: number }
  | {
      readonly type: "service.starting";
      readonly job: string;
      readonly service: string;
      readonly image: string;
      readonly hostNames: readonly string[];
    }
  /** Its container runs; `address` is its own inside the job's network. */
  | {
      readonly type: "service.started";
      readonly job: string;
      readonly service: string;
      readonly container: string;
      readonly address?: string;
    }
  /** Still not ready; sent at most once a second. */
  | {
      readonly type: "service.waiting";
      readonly job: string;
      readonly service: string;
      readonly probe: string;
      readonly detail: string;
      readonly tries: number;
      readonly afterMs: number;
      readonly timeoutMs: number;
    }
  | {
      readonly type: "service.ready";
      readonly job: string;
      readonly service: string;
      /** What proved it: `tcp 5432`, `pg_isready`, `none` (nothing to probe). */
      readonly probe: string;
      readonly answer: string;
      readonly afterMs: number;
    }
  /** Not ready in time, or nothing to probe under `--services warn`; the process lives and the job goes on. */
  | {
      readonly type: "service.unready";
      readonly job: string;
      readonly service: string;
      readonly container: string;
      readonly probe: string;
      readonly reason: string;
      readonly afterMs: number;
      readonly logTail: readonly string[];
    }
  /** Its process ended though the job needed it. Whether the job ends too is in `fatal`. */
  | {
      readonly type: "service.failed";
      readonly job: string;
      readonly service: string;
      readonly image: string;
      /** null: the engine was lost, or the process never started. */
      readonly exitCode: number | null;
      readonly oomKilled: boolean;
      readonly wasReady: boolean;
      readonly fatal: boolean;
      readonly reason: string;
      readonly afterMs: number;
      readonly logTail: readonly string[];
    }
  /** Its process ended and that is no failure: we stopped it, or it was meant to end. */
  | {
      readonly type: "service.ended";
      readonly job: string;
      readonly service: string;
      readonly exitCode: number | null;
      readonly why: "stopped" | "done";
    }
  | {
      readonly type: "service.log";
      readonly job: string;
      readonly service: string;
      readonly fd: 1 | 2;
      readonly text: string;
    }
  | {
      readonly type: "script.started";
      readonly job: string;
      readonly step: string;
      readonly script: "before" | "main" | "after";
    }
  | {
      readonly type: "script.finished";
      readonly job: string;
      readonly step: string;
      readonly script: "before" | "main" | "after";
      readonly exitCode: number | null;
      readonly afterMs: number;
    }
  | { readonly type: "job.log"; readonly job: string; readonly step: string; readonly fd: 1 | 2; readonly text: string }
  /** Files of earlier jobs were put over the sources; `from` names those jobs. */
  | { readonly type: "artifacts.restored"; readonly job: string; readonly from: readonly string[] }
  /** What a job left is kept for later jobs, and in `folder` for people. */
  | {
      readonly type: "artifacts.kept";
      readonly job: string;
      readonly files: number;
      readonly bytes: number;
      readonly folder?: string;
    }
  /** `found`: something was there under the key (one of the fallback keys, maybe) and was put over the sources. */
  | { readonly type: "cache.restored"; readonly job: string; readonly key: string; readonly found: boolean }
  | {
      readonly type: "cache.kept";
      readonly job: string;
      readonly key: string;
      readonly files: number;
      readonly bytes: number;
    }
  /** Of all its reports of tests. `failures` names the first 50. */
  | {
      readonly type: "tests.reported";
      readonly job: string;
      readonly total: number;
      readonly failed: number;
      readonly skipped: number;
      readonly failures: readonly string[];
    }
  | {
      readonly type: "job.finished";
      readonly job: string;
      readonly state: JobState;
      /** The script's own exit code; null when no script ended. */
      readonly exitCode: number | null;
      /** Failed, and the file allows it. */
      readonly allowed: boolean;
      readonly attempt: number;
      /** Another attempt follows. */
      readonly willRetry: boolean;
      readonly waitedMs: number;
      readonly scriptMs: number;
      /** What the job's log says of its test coverage. */
      readonly coveragePercent?: number;
      readonly cause?: Cause;
    }
  | {
      readonly type: "run.cleaned";
      readonly containers: number;
      readonly networks: number;
      readonly volumes: number;
      /** What could not be removed; each one sentence. */
      readonly problems: readonly string[];
    }
  | {
      readonly type: "run.finished";
      readonly state: RunState;
      /** Of the process: `cli/exit-codes.ts`. */
      readonly exitCode: number;
      readonly afterMs: number;
      readonly cause?: Cause;
    };

export interface RunStartedJob {
  readonly name: string;
  readonly stage?: string;
  readonly image: string;
  readonly services: readonly { readonly id: string; readonly image: string }[];
  /** In file order; absent for a job that is one container. */
  readonly steps?: readonly { readonly id: string; readonly name: string; readonly image: string }[];
  /** Lines of `service.log` belong on the screen beside the job's (`CI_DEBUG_SERVICES`, `--service-logs`). */
  readonly showServiceLogs: boolean;
}

/** Takes an event before it has its number and time. Order of calls is order of events; it never waits. */
export type EventSink = (body: RunEventBody) => void;
