import type { Job, Pipeline } from "../model/pipeline.ts";

/**
 * For each job, the chosen jobs whose artifacts it gets, in the order in which they are unpacked: by stage, then by
 * name. What `dependencies` names, else what it needs with artifacts, else all of earlier stages.
 *
 * @returns only jobs that leave something. Linear in jobs plus edges; the jobs of a stage share one array.
 * @source GY-204, GY-205
 */
export function findArtifactSources(pipeline: Pipeline, jobs: readonly Job[]): ReadonlyMap<string, readonly string[]> {
  const stageIndex = new Map(pipeline.stages.map((stage, index) => [stage, index]));
  const orderOf = (job: Job): number => stageIndex.get(job.stage ?? "") ?? -1;
  const leaving = jobs
    .filter((job) => job.artifacts !== undefined)
    .toSorted((one, other) => orderOf(one) - orderOf(other) || compareNames(one.name, other.name));
  const rank = new Map(leaving.map((job, index) => [job.name, index]));
  const earlier = new Map<string, readonly string[]>();
  const sources = new Map<string, readonly string[]>();
  for (const job of jobs) {
    const named = namedSources(job);
    if (named !== undefined) {
      const known = new Set(named.filter((name) => rank.has(name)));
      const inOrder = [...known].toSorted((one, other) => (rank.get(one) ?? 0) - (rank.get(other) ?? 0));
      sources.set(job.name, inOrder);
      continue;
    }
    const stage = job.stage ?? "";
    let before = earlier.get(stage);
    if (before === undefined) {
      before = leaving
        .filter((other) => other.parent === undefined && orderOf(other) < orderOf(job))
        .map((other) => other.name);
      earlier.set(stage, before);
    }
    sources.set(job.name, before);
  }
  return sources;
}

/** Undefined: the job takes what earlier stages leave. */
function namedSources(job: Job): readonly string[] | undefined {
  const { order, dependencies } = job;
  const needed =
    order.kind === "needs" ? order.needs.filter((need) => need.artifacts).map((need) => need.job) : undefined;
  if (dependencies === undefined) return needed;
  const named = dependencies.map((dependency) => dependency.job);
  if (needed === undefined) return named;
  const allowed = new Set(needed);
  return named.filter((name) => allowed.has(name));
}

function compareNames(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
