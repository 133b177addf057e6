import type { EventSink } from "../events/run-event.ts";
import type { Verdict } from "./judge.ts";

/** What is told of a job's attempt beside its verdict. */
export interface AttemptFacts {
  readonly attempt: number;
  readonly willRetry: boolean;
  readonly waitedMs: number;
  readonly scriptMs: number;
  readonly coveragePercent: number | undefined;
}

/** Of a job that no sandbox was opened for. */
const NOT_TRIED: AttemptFacts = {
  attempt: 1,
  willRetry: false,
  waitedMs: 0,
  scriptMs: 0,
  coveragePercent: undefined,
};

export function tellJobEnd(emit: EventSink, job: string, verdict: Verdict, facts: AttemptFacts = NOT_TRIED): void {
  const { state, exitCode, allowed, cause } = verdict;
  const { attempt, willRetry, waitedMs, scriptMs, coveragePercent } = facts;
  emit({
    type: "job.finished",
    job,
    state,
    exitCode,
    allowed,
    attempt,
    willRetry,
    waitedMs,
    scriptMs,
    ...(coveragePercent === undefined ? {} : { coveragePercent }),
    ...(cause === undefined ? {} : { cause }),
  });
}
