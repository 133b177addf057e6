import type { JobPlan } from "../model/job-plan.ts";
import type { ScheduledJob } from "../model/run-plan.ts";
import type { RunContext } from "./job-context.ts";
import { readStoredVariables, requireStored } from "./kept/restore-artifacts.ts";

/** Variables that ended jobs hand to later ones, whose plans may be made of them. @source GY-90 */
export class ReportedVariables {
  readonly #context: RunContext;
  /** By the job that reported them. */
  readonly #reported = new Map<string, ReadonlyMap<string, string>>();

  constructor(context: RunContext) {
    this.#context = context;
  }

  add(job: string, variables: ReadonlyMap<string, string>): void {
    this.#reported.set(job, variables);
  }

  /**
   * What earlier jobs reported is known now, and may change every part of the plan.
   *
   * @throws KeptFilesError when what an earlier run was to leave is not there.
   * @source GY-90, GY-215
   */
  async planOf(job: ScheduledJob): Promise<JobPlan> {
    await requireStored(job, this.#context.artifacts);
    if (job.awaitsReports !== true) return job.plan;
    return (await this.#context.planAgain(job, await this.handedTo(job))) ?? job.plan;
  }

  async handedTo(job: ScheduledJob): Promise<ReadonlyMap<string, string>> {
    const stored = await readStoredVariables(job, this.#context);
    const handedOn = (name: string): Iterable<readonly [string, string]> =>
      stored.get(name) ?? this.#reported.get(name) ?? [];
    return new Map(job.artifactsFrom.flatMap((name) => [...handedOn(name)]));
  }
}
