import type { Job, Pipeline } from "../model/pipeline.ts";
import type { Diagnostic } from "../text/diagnostic.ts";

/**
 * Needs on jobs that the file's conditions leave out. GitLab makes no pipeline of this; Drone starts the job without it.
 *
 * @param jobs those whose needs count.
 * @source GY-200
 */
export function findLeftOutNeeds(
  pipeline: Pipeline,
  jobs: readonly Job[],
  severity: "error" | "warning",
): readonly Diagnostic[] {
  if (pipeline.dialect !== "gitlab") return [];
  const leftOut = new Map(pipeline.jobs.filter((job) => job.when === "never").map((job) => [job.name, job] as const));
  if (leftOut.size === 0) return [];
  return jobs.flatMap((job) => {
    if (job.when === "never" || job.order.kind === "stages") return [];
    return job.order.needs.flatMap((need): readonly Diagnostic[] => {
      const needed = leftOut.get(need.job);
      return needed === undefined || need.optional ? [] : [leftOutNeed(job, needed, need.at, severity)];
    });
  });
}

function leftOutNeed(job: Job, needed: Job, at: Diagnostic["at"], severity: "error" | "warning"): Diagnostic {
  const why = needed.whyNever === undefined ? "" : `"${needed.name}" is left out: ${needed.whyNever}; `;
  return {
    severity,
    code: "need-left-out",
    path: `jobs:${job.name}:needs`,
    message: `'${job.name}' job needs '${needed.name}' job, but '${needed.name}' does not exist in the pipeline. This might be because of the only, except, or rules keywords. To need a job that sometimes does not exist in the pipeline, use needs:optional.`,
    at,
    hint: `${why}where it may be missing, write needs: [{ job: ${JSON.stringify(needed.name)}, optional: true }]`,
  };
}
