import type { Cause, JobState, RunState } from "../model/outcome.ts";

export interface JobFailure {
  readonly state: JobState;
  readonly cause: Cause | undefined;
}

/** What the jobs of a run come to: the first failure in time decides, then what waits for a person. */
export class RunVerdict {
  #first: JobFailure | undefined;
  /** Manual jobs that hold others back. */
  readonly #blocking = new Set<string>();

  /** State of the job that decides; undefined when none has failed. */
  get decidedBy(): JobState | undefined {
    return this.#first?.state;
  }

  addFailure(failure: JobFailure): void {
    this.#first ??= failure;
  }

  addBlocking(job: string): void {
    this.#blocking.add(job);
  }

  /** @returns a note beside the cause, where both a failure and a manual job hold something back. */
  decide(isStopped: boolean): { readonly state: RunState; readonly cause: Cause | undefined; readonly note?: string } {
    const [blocked] = [...this.#blocking].map(tellBlocked);
    if (isStopped) return { state: "canceled", cause: this.#first?.cause };
    if (this.#first === undefined) return { state: blocked === undefined ? "passed" : "blocked", cause: blocked };
    const failed = { state: "failed", cause: this.#first.cause } as const;
    return blocked === undefined ? failed : { ...failed, note: `${blocked.text}: ${blocked.hint ?? ""} starts it` };
  }
}

/** @source GY-194, GY-277 */
function tellBlocked(job: string): Cause {
  const hint = `outrigger run --manual ${JSON.stringify(job)}`;
  return { kind: "blocked", text: `what is left waits for the manual job "${job}"`, hint, job, certain: true };
}
