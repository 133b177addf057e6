import type { Job, Pipeline } from "../model/pipeline.ts";

/**
 * For each job, the chosen jobs that must have ended before it: its needs, or everything in earlier stages.
 *
 * @returns names, in file order. Linear in jobs plus edges of `needs`; stage edges share one array per stage.
 * @source GY-25, GY-192, GY-199
 */
export function findPredecessors(pipeline: Pipeline, jobs: readonly Job[]): ReadonlyMap<string, readonly string[]> {
  const names = new Set(jobs.map((job) => job.name));
  const earlier = namesBeforeStage(pipeline.stages, jobs);
  const predecessors = new Map<string, readonly string[]>();
  for (const job of jobs) {
    predecessors.set(
      job.name,
      job.order.kind === "needs"
        ? job.order.needs.map((need) => need.job).filter((name) => names.has(name))
        : (earlier.get(job.stage ?? "") ?? []),
    );
  }
  return predecessors;
}

function namesBeforeStage(stages: readonly string[], jobs: readonly Job[]): ReadonlyMap<string, readonly string[]> {
  const inStage = Map.groupBy(
    jobs.filter((job) => job.parent === undefined),
    (job) => job.stage ?? "",
  );
  const before = new Map<string, readonly string[]>();
  let soFar: readonly string[] = [];
  for (const stage of stages) {
    before.set(stage, soFar);
    const here = inStage.get(stage);
    if (here !== undefined) soFar = [...soFar, ...here.map((job) => job.name)];
  }
  return before;
}
