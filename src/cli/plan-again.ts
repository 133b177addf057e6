import type { JobPlan } from "../model/job-plan.ts";
import { KeptFilesError } from "../model/kept-files-error.ts";
import { planPipeline } from "../plan/plan-pipeline.ts";
import type { RunContext } from "../run/job-context.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import type { LoadedPipeline } from "./load-pipeline.ts";
import { planChildren } from "./plan-children.ts";
import type { Replanning } from "./replanning.ts";

/** Makes plans once what jobs left for others is known. */
export function createPlanAgain(
  replanning: Omit<Replanning, "started">,
): Pick<RunContext, "planAgain" | "planChildren"> {
  const shared: Replanning = { ...replanning, started: [] };
  return {
    planAgain: (job, variables) => planAgain(shared, job, variables),
    planChildren: (bridge, given) => planChildren(shared, bridge, given),
  };
}

/**
 * Makes the plan of one job again, with the variables that jobs before it reported: they may be part of its image, and of
 * its services' names and variables. Everything else comes out as it was.
 */
async function planAgain(
  { loaded, choices, fit, started }: Replanning,
  job: string,
  variables: ReadonlyMap<string, string>,
): Promise<JobPlan> {
  const { pipeline, diagnostics } = await loaded.compileAgain({ reported: { job, variables }, starting: started });
  if (pipeline === undefined) throw refuse(job, diagnostics, loaded);
  const reportsKnownFor = new Set([job, ...started.map((one) => one.trigger)]);
  const planned = planPipeline(pipeline, { ...choices, reportsKnownFor });
  const found = planned.plan.jobs.find(({ plan }) => plan.name === job);
  const [refusal] = planned.refusals.filter((one) => one.job === job);
  if (refusal !== undefined) {
    const message = `job "${job}" asks with reported variables for what was not granted: ${refusal.value}`;
    throw new KeptFilesError("dotenv_invalid", message, { at: refusal.at });
  }
  if (found === undefined) throw refuse(job, planned.diagnostics, loaded);
  return fit(found.plan);
}

function refuse(job: string, diagnostics: readonly Diagnostic[], { file }: LoadedPipeline): KeptFilesError {
  const error = diagnostics.find((one) => one.severity === "error");
  const why = error?.message ?? `${file} cannot be read`;
  const message = `job "${job}" cannot run with the variables reported to it: ${why}`;
  return new KeptFilesError("dotenv_invalid", message, error === undefined ? {} : { at: error.at });
}
