import type { SourceSpan } from "../text/source.ts";

/**
 * How a job, or a run, ended. A job that exits 1 is not an error of ours: it is an outcome.
 *
 * `skipped`: something it waits for failed. `manual`: waits for a person. `canceled`: stopped from outside.
 */
export type JobState =
  | "passed"
  | "failed"
  | "service_failed"
  | "image_failed"
  | "engine_failed"
  | "timed_out"
  | "canceled"
  | "skipped"
  | "manual"
  | "refused";

/** `blocked`: nothing failed, and what is left waits for a person to start a manual job. */
export type RunState = "passed" | "failed" | "canceled" | "blocked";

/** Why a run failed, in one sentence, and what to do next, in one more. */
export interface Cause {
  /** Stable, for scripts: `service_exited`, `script_failed`, `image_not_found`. */
  readonly kind: string;
  readonly text: string;
  readonly hint?: string;
  readonly job?: string;
  readonly service?: string;
  readonly at?: SourceSpan;
  /** False when the text is a guess and says "likely". */
  readonly certain: boolean;
}
