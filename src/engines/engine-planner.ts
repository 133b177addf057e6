import type { JobPlan } from "../model/job-plan.ts";
import type { Diagnostic } from "../text/diagnostic.ts";

/**
 * What an engine would make of a job, without being there: for `explain`, and for `run` before anything is created. Pure;
 * asks nothing and nobody.
 */
export interface EnginePlanner {
  /** Puts in what the operator's settings add, and judges what this kind of engine cannot do. */
  fit(job: JobPlan): FittedJob;
  /** Names of the services' containers by their ids, where users know them by that name; else empty. */
  containerNames(job: JobPlan): ReadonlyMap<string, string>;
  /** Where on the engine the job's objects will be beside the usual place: whoever clears up has to look there. */
  placesOf(job: JobPlan): readonly string[];
  /**
   * The objects it would create, as its users write them; undefined: it has no such form. Secrets are hidden.
   *
   * @throws EngineFailureError when a setting does not fit.
   */
  manifests(job: JobPlan): readonly unknown[] | undefined;
}

export interface FittedJob {
  readonly job: JobPlan;
  /** With an error among them the job may not start. */
  readonly diagnostics: readonly Diagnostic[];
}

/** For engines that take a job as it is planned. */
export const PLAIN_PLANNER: EnginePlanner = {
  fit: (job) => ({ job, diagnostics: [] }),
  containerNames: () => new Map(),
  placesOf: () => [],
  manifests: () => undefined,
};
