import type { JobPlan } from "../model/job-plan.ts";
import { KeptFilesError } from "../model/kept-files-error.ts";
import type { ScheduledJob } from "../model/run-plan.ts";
import { type PlannedPipeline, planPipeline } from "../plan/plan-pipeline.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import type { Replanning } from "./replanning.ts";

/** A job is in one of them, until a pipeline starts. */
const MAX_GROUPS = 64;

/**
 * Makes plans again with the variables that jobs reported: they may be part of a job's image, and of its services' names
 * and variables. Everything else comes out as it was.
 *
 * The file as a whole is read for it; jobs that get the same variables share that.
 */
export class ReportedPlans {
  readonly #replanning: Replanning;
  /** By what the jobs get; the latest at the end. */
  readonly #groups = new Map<string, Promise<ReadonlyMap<string, JobPlan>>>();

  constructor(replanning: Replanning) {
    this.#replanning = replanning;
  }

  /** @throws KeptFilesError when no plan can be made with the variables. */
  async planOf(job: ScheduledJob, variables: ReadonlyMap<string, string>): Promise<JobPlan> {
    const { name } = job.plan;
    const plan = (await this.#groupOf(job, variables)).get(name) ?? (await this.#planAlone(name, variables));
    return this.#replanning.fit(plan);
  }

  #groupOf(job: ScheduledJob, variables: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, JobPlan>> {
    const { scheduled, started } = this.#replanning;
    const key = JSON.stringify([job.parent, job.artifactsFrom, [...variables], started.length]);
    const known = this.#groups.get(key);
    const group = known ?? this.#planAll(new Set(scheduled.filter(getsSameAs(job)).map(nameOf)), variables);
    this.#groups.delete(key);
    this.#groups.set(key, group);
    for (const old of [...this.#groups.keys()].slice(0, -MAX_GROUPS)) this.#groups.delete(old);
    return group;
  }

  /** The plans that can be used; whoever lacks one asks for it alone. */
  async #planAll(
    jobs: ReadonlySet<string>,
    variables: ReadonlyMap<string, string>,
  ): Promise<ReadonlyMap<string, JobPlan>> {
    const { planned } = await this.#plan(jobs, variables);
    const refused = new Set(planned?.refusals.map((refusal) => refusal.job));
    const plans = planned?.plan.jobs.map(({ plan }) => plan) ?? [];
    return new Map(plans.filter(({ name }) => jobs.has(name) && !refused.has(name)).map((plan) => [plan.name, plan]));
  }

  /** So that what is wrong is told of this job. */
  async #planAlone(job: string, variables: ReadonlyMap<string, string>): Promise<JobPlan> {
    const { planned, diagnostics } = await this.#plan(new Set([job]), variables);
    const refusal = planned?.refusals.find((one) => one.job === job);
    if (refusal !== undefined) {
      const message = `job "${job}" asks with reported variables for what was not granted: ${refusal.value}`;
      throw new KeptFilesError("dotenv_invalid", message, { at: refusal.at });
    }
    const found = planned?.plan.jobs.find(({ plan }) => plan.name === job);
    if (found !== undefined) return found.plan;
    const error = diagnostics.find((one) => one.severity === "error");
    const why = error?.message ?? `${this.#replanning.loaded.file} cannot be read`;
    const message = `job "${job}" cannot run with the variables reported to it: ${why}`;
    throw new KeptFilesError("dotenv_invalid", message, error === undefined ? {} : { at: error.at });
  }

  async #plan(jobs: ReadonlySet<string>, variables: ReadonlyMap<string, string>): Promise<PlannedAgain> {
    const { loaded, choices, started } = this.#replanning;
    const { pipeline, diagnostics } = await loaded.compileAgain({ reported: { jobs, variables }, starting: started });
    if (pipeline === undefined) return { planned: undefined, diagnostics };
    const reportsKnownFor = new Set([...jobs, ...started.map((one) => one.trigger)]);
    const planned = planPipeline(pipeline, { ...choices, reportsKnownFor });
    return { planned, diagnostics: planned.diagnostics };
  }
}

interface PlannedAgain {
  readonly planned: PlannedPipeline | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Jobs of one pipeline that get what the same jobs leave. One that starts a pipeline hands on what it gets. */
function getsSameAs(job: ScheduledJob): (other: ScheduledJob) => boolean {
  const from = job.artifactsFrom.join("\n");
  return ({ awaitsReports, child, parent, artifactsFrom }) =>
    awaitsReports === true && child === undefined && parent === job.parent && artifactsFrom.join("\n") === from;
}

function nameOf({ plan }: ScheduledJob): string {
  return plan.name;
}
