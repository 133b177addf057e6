import type { Cause, JobState } from "../model/outcome.ts";
import type { RunPlan, ScheduledJob } from "../model/run-plan.ts";
import type { TriggerProblem } from "../model/trigger.ts";
import type { Verdict } from "./judge.ts";
import { hasFailed, type JobStanding } from "./schedule.ts";

interface Failure {
  readonly state: JobState;
  readonly cause: Cause | undefined;
}

/** Jobs that start pipelines: which have, and how those pipelines end. @source GY-240 */
export class ChildPipelines {
  readonly opened = new Set<string>();
  readonly #children = new Map<string, ScheduledJob[]>();
  readonly #waiting = new Set<ScheduledJob>();
  /** The first in time, by the job that started the pipeline. */
  readonly #failures = new Map<string, Failure>();

  constructor(plan: RunPlan) {
    this.add(plan.jobs);
  }

  /** Jobs that joined the run. */
  add(jobs: readonly ScheduledJob[]): void {
    for (const job of jobs) {
      if (job.parent === undefined) continue;
      const others = this.#children.get(job.parent);
      if (others === undefined) this.#children.set(job.parent, [job]);
      else others.push(job);
    }
  }

  /** @returns what the job has come to; undefined: it ends with its pipeline. */
  open(bridge: ScheduledJob): Verdict | undefined {
    const problem = bridge.child?.problem;
    if (problem !== undefined) return failWith(problem, bridge);
    this.opened.add(bridge.plan.name);
    if (bridge.child?.waits !== true) return { state: "passed", exitCode: null, allowed: false, cause: undefined };
    this.#waiting.add(bridge);
    return undefined;
  }

  /** @returns whether the failure is one of a pipeline that another job has started, and no concern of the run itself. */
  takesFailure({ parent }: ScheduledJob, failure: Failure): boolean {
    if (parent === undefined) return false;
    if (!this.#failures.has(parent)) this.#failures.set(parent, failure);
    return true;
  }

  /** Jobs that waited for their pipelines, all of whose jobs have ended; each once. */
  takeEnded(
    standings: ReadonlyMap<string, JobStanding>,
  ): readonly { readonly job: ScheduledJob; readonly verdict: Verdict }[] {
    const ended = [...this.#waiting].filter((bridge) =>
      (this.#children.get(bridge.plan.name) ?? []).every((job) => standings.has(job.plan.name)),
    );
    return ended.map((job) => {
      this.#waiting.delete(job);
      const failure = this.#failures.get(job.plan.name);
      const state = failure?.state ?? "passed";
      const allowed = hasFailed({ state, allowed: false, isBlocking: false }) && job.plan.allowFailure === true;
      return { job, verdict: { state, exitCode: null, allowed, cause: failure?.cause } };
    });
  }
}

/** As in GitLab, where the job fails and the rest of the pipeline goes its way. */
function failWith({ text, at }: TriggerProblem, { plan }: ScheduledJob): Verdict {
  return {
    state: "failed",
    exitCode: null,
    allowed: plan.allowFailure === true,
    cause: {
      kind: "child_pipeline_invalid",
      text: `its pipeline cannot be made: ${text}`,
      hint: `correct ${at.file}, or leave the job out`,
      job: plan.name,
      at,
      certain: true,
    },
  };
}
