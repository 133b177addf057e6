import type { StartingTrigger } from "../dialects/dialect.ts";
import type { JobPlan } from "../model/job-plan.ts";
import type { ScheduledJob } from "../model/run-plan.ts";
import type { PlanChoices } from "../plan/choices.ts";
import type { LoadedPipeline } from "./load-pipeline.ts";

/** What a plan that is made while its run goes on is made of. */
export interface Replanning {
  readonly loaded: Pick<LoadedPipeline, "compileAgain" | "file">;
  readonly choices: PlanChoices;
  /** What each plan goes through before it is run. */
  readonly fit: (job: JobPlan) => JobPlan;
  /** Pipelines that have started so far; it grows. */
  readonly started: StartingTrigger[];
  /** All jobs so far; it grows with those of pipelines that start. */
  readonly scheduled: ScheduledJob[];
}
