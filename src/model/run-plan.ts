import type { JobPlan } from "./job-plan.ts";
import type { DialectId, JobWhen } from "./pipeline.ts";
import type { TriggerProblem } from "./trigger.ts";

/** Everything one run will do: jobs, and what each waits for. */
export interface RunPlan {
  readonly runId: string;
  readonly dialect: DialectId;
  readonly file: string;
  /** In file order; a scheduler that has the choice starts them in this order (GY-291). */
  readonly jobs: readonly ScheduledJob[];
  /** The first failure that is not allowed cancels what still runs or waits. */
  readonly cancelOnFailure?: true;
}

export interface ScheduledChild {
  /** The job ends when the jobs of its pipeline have. */
  readonly waits: boolean;
  /** There is no pipeline, and the job fails. */
  readonly problem?: TriggerProblem;
  /** Its jobs are known only when it starts: they hang on what earlier jobs left, and are in no plan before. */
  readonly late?: {
    /** Files its pipeline is made of, by the jobs that leave them. */
    readonly files: readonly { readonly job: string; readonly path: string }[];
  };
}

/** A job of another run whose artifacts are taken as they were kept for people. */
export interface StoredSource {
  readonly job: string;
  /** The file names it, and it leaves something when it passes: without it the job cannot run (GY-205). */
  readonly isRequired: boolean;
}

export interface ScheduledJob {
  readonly plan: JobPlan;
  /** Names of jobs of this plan that must have ended before it is looked at. */
  readonly after: readonly string[];
  /** `manual` never starts by itself: the plan turns a manual job that was asked for by name into `on_success`. */
  readonly when: JobWhen;
  /** How long after it could start; undefined: at once. */
  readonly startInMs?: number;
  /** Starts a pipeline, whose jobs name it as their `parent`, and has no containers. */
  readonly child?: ScheduledChild;
  /** Name of the job of this plan that starts the pipeline it belongs to. */
  readonly parent?: string;
  /** Names of jobs whose artifacts it gets, in the order in which they are unpacked; later ones win. */
  readonly artifactsFrom: readonly string[];
  /** Those of `artifactsFrom` that are not in this plan: what an earlier run left of them is taken. */
  readonly storedFrom?: readonly StoredSource[];
  /** Some of these report variables: its plan is made again when they are known, and images in this one mean nothing yet. */
  readonly awaitsReports?: true;
}
