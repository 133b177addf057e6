import type { JobState } from "../model/outcome.ts";

/** What the process says to whoever called it. */
export const EXIT = {
  passed: 0,
  scriptFailed: 1,
  /** Usage, or an invalid pipeline file. */
  invalid: 2,
  serviceFailed: 3,
  imageFailed: 4,
  /** Needs `--trusted` or somebody's approval: also what is left when a manual job holds it back (GY-277). */
  refused: 5,
  engineUnavailable: 6,
  /** Our own error: please report. */
  internal: 7,
  timedOut: 124,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const JOB_CODES: { readonly [State in JobState]: ExitCode } = {
  passed: EXIT.passed,
  failed: EXIT.scriptFailed,
  service_failed: EXIT.serviceFailed,
  image_failed: EXIT.imageFailed,
  engine_failed: EXIT.engineUnavailable,
  timed_out: EXIT.timedOut,
  canceled: EXIT.interrupted,
  // Skipped because something else failed, which decides; or left for a person to start.
  skipped: EXIT.passed,
  manual: EXIT.passed,
  refused: EXIT.refused,
};

/**
 * @param decidedBy state of the first job in time that failed and was not allowed to; undefined when there is none.
 * @param stoppedBy the signal that ended the run, which says more than what it did to the jobs.
 */
export function exitCodeOfRun(decidedBy: JobState | undefined, stoppedBy?: NodeJS.Signals): ExitCode {
  if (stoppedBy === "SIGTERM") return EXIT.terminated;
  if (stoppedBy === "SIGHUP") return EXIT.hungUp;
  if (stoppedBy !== undefined) return EXIT.interrupted;
  return decidedBy === undefined ? EXIT.passed : JOB_CODES[decidedBy];
}
