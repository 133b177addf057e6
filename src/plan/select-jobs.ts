import { UsageError } from "../model/outrigger-error.ts";
import type { Job, Pipeline } from "../model/pipeline.ts";
import { didYouMean } from "../text/did-you-mean.ts";

/**
 * The jobs a run takes: all of them, or those named and what they need, transitively. The name of a job that the file
 * multiplies stands for all its instances.
 *
 * A job without `needs` runs alone when it is named: its earlier stages are not drawn in (GY-207).
 *
 * @throws UsageError for a name the file does not have, with the nearest one.
 */
export function selectJobs(pipeline: Pipeline, names: readonly string[]): readonly Job[] {
  if (names.length === 0) return pipeline.jobs;
  const byName = new Map(pipeline.jobs.map((job) => [job.name, job]));
  const instances = Map.groupBy(pipeline.jobs, (job) => job.instance?.of);
  const chosen = new Set<Job>();
  const take = (job: Job): void => {
    if (chosen.has(job)) return;
    chosen.add(job);
    if (job.order.kind !== "needs") return;
    for (const need of job.order.needs) {
      const needed = byName.get(need.job);
      if (needed !== undefined) take(needed);
    }
  };
  for (const name of names) {
    const job = byName.get(name);
    for (const one of job === undefined ? (instances.get(name) ?? unknownJob(pipeline, name)) : [job]) take(one);
  }
  return pipeline.jobs.filter((job) => chosen.has(job));
}

function unknownJob(pipeline: Pipeline, name: string): never {
  const known = pipeline.jobs.map((job) => job.name);
  const near = didYouMean(name, known);
  throw new UsageError(`no job named "${name}" in ${pipeline.file}`, {
    hint: near === undefined ? `outrigger list shows the jobs of this file` : `did you mean "${near}"?`,
  });
}
