import type { ScheduledJob } from "../model/run-plan.ts";
import type { RunContext } from "./job-context.ts";
import { readArtifact } from "./kept/read-artifact.ts";

/**
 * The jobs of a pipeline that hangs on what earlier jobs left.
 *
 * @param taken ids of all jobs of the run so far: names on the engine are made of them.
 * @throws KeptFilesError when no pipeline can be made.
 */
export async function planLateChildren(
  bridge: ScheduledJob,
  reported: ReadonlyMap<string, string>,
  taken: ReadonlySet<string>,
  { artifacts, planChildren }: Pick<RunContext, "artifacts" | "planChildren">,
): Promise<readonly ScheduledJob[]> {
  const jobs = await planChildren(bridge, {
    reported,
    readArtifact: (from, path) => readArtifact(artifacts, from, path),
  });
  // They were made without those of other late pipelines, whose own may be the same.
  return jobs.map((job) =>
    taken.has(job.plan.id) ? { ...job, plan: { ...job.plan, id: `${bridge.plan.id}-${job.plan.id}` } } : job,
  );
}
