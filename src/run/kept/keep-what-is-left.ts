import type { JobContext } from "../job-context.ts";
import { type EndedJob, isKeptAfter, keepArtifacts } from "./keep-artifacts.ts";

/** After a script and its `after_script`: artifacts, of a job that has passed or failed (GY-130). */
export async function keepWhatIsLeft(context: JobContext, hasPassed: boolean): Promise<void> {
  const { plan, sandbox, signal } = context;
  const ended: EndedJob = { context, sandbox, job: plan.name, sourcePath: plan.workspace.sourcePath, signal };
  const { artifacts } = plan;
  if (artifacts !== undefined && isKeptAfter(artifacts.when, hasPassed)) await keepArtifacts(ended, artifacts);
}
