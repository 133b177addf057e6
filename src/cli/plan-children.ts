import type { MadeFile } from "../dialects/dialect.ts";
import { KeptFilesError } from "../model/kept-files-error.ts";
import type { ScheduledJob } from "../model/run-plan.ts";
import { type PlannedPipeline, planPipeline } from "../plan/plan-pipeline.ts";
import type { GivenToChildren } from "../run/job-context.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import type { Replanning } from "./replanning.ts";

/**
 * Makes the jobs of a pipeline that another job starts, with what earlier jobs left: files it is made of, and variables.
 *
 * @throws KeptFilesError when no pipeline can be made of that.
 */
export async function planChildren(
  { loaded, choices, fit, started }: Replanning,
  bridge: ScheduledJob,
  given: GivenToChildren,
): Promise<readonly ScheduledJob[]> {
  const { name } = bridge.plan;
  started.push({ trigger: name, reported: given.reported, made: await readMade(bridge, given) });
  const { pipeline, diagnostics } = await loaded.compileAgain({ starting: started });
  if (pipeline === undefined) throw noPipeline(name, diagnostics);
  const trigger = pipeline.jobs.find((job) => job.name === name)?.trigger;
  const problem = trigger?.kind === "child" ? trigger.problem : undefined;
  if (problem !== undefined) throw new KeptFilesError("child_pipeline_invalid", problem.text, { at: problem.at });
  const reportsKnownFor = new Set(started.map((one) => one.trigger));
  const planned = planPipeline(pipeline, { ...choices, reportsKnownFor });
  refuseWhatIsNotGranted(name, planned);
  if (planned.diagnostics.some((one) => one.severity === "error")) throw noPipeline(name, planned.diagnostics);
  return belowOf(name, planned.plan.jobs).map((job) =>
    job.child === undefined ? { ...job, plan: fit(job.plan) } : job,
  );
}

/** The files that the pipeline is made of, under the names that the file has for their jobs. */
async function readMade(
  { child, parent }: ScheduledJob,
  { readArtifact }: GivenToChildren,
): Promise<readonly MadeFile[]> {
  const prefix = parent === undefined ? "" : `${parent}/`;
  const files = child?.late?.files ?? [];
  return await Promise.all(
    files.map(async ({ job, path }) => ({ job: job.slice(prefix.length), path, text: await readArtifact(job, path) })),
  );
}

function refuseWhatIsNotGranted(bridge: string, { refusals }: PlannedPipeline): void {
  const refusal = refusals.find((one) => one.job.startsWith(`${bridge}/`));
  if (refusal === undefined) return;
  const message = `job "${refusal.job}" asks for what was not granted: ${refusal.value}`;
  throw new KeptFilesError("child_pipeline_invalid", message, { at: refusal.at });
}

/** A parent stands in front of its jobs. */
function belowOf(bridge: string, jobs: readonly ScheduledJob[]): readonly ScheduledJob[] {
  const parents = new Set([bridge]);
  return jobs.filter(({ plan, parent }) => {
    if (parent === undefined || !parents.has(parent)) return false;
    parents.add(plan.name);
    return true;
  });
}

function noPipeline(bridge: string, diagnostics: readonly Diagnostic[]): KeptFilesError {
  const error = diagnostics.find((one) => one.severity === "error");
  const message = `job "${bridge}" cannot start its pipeline: ${error?.message ?? "its files cannot be read"}`;
  return new KeptFilesError("child_pipeline_invalid", message, error === undefined ? {} : { at: error.at });
}
