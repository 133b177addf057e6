import { UsageError } from "../model/outrigger-error.ts";
import type { Job, Pipeline } from "../model/pipeline.ts";
import { didYouMean } from "../text/did-you-mean.ts";
import type { JobReach } from "./choices.ts";

/**
 * The jobs a run takes: all of them, or those named and what they need, transitively. The name of a job that the file
 * multiplies stands for all its instances.
 *
 * A job that starts a pipeline brings its jobs along.
 *
 * A job without `needs` runs alone when it is named: its earlier stages are drawn in only when that is asked for (GY-207).
 *
 * @throws UsageError for a name the file does not have, with the nearest one.
 */
export function selectJobs(pipeline: Pipeline, names: readonly string[], reach: JobReach = "needs"): readonly Job[] {
  if (names.length === 0) return pipeline.jobs;
  const byName = new Map(pipeline.jobs.map((job) => [job.name, job]));
  const instances = Map.groupBy(pipeline.jobs, (job) => job.instance?.of);
  const children = Map.groupBy(pipeline.jobs, (job) => job.parent);
  const inStage = Map.groupBy(children.get(undefined) ?? [], (job) => job.stage);
  const chosen = new Set<Job>();
  const take = (job: Job): void => {
    if (chosen.has(job)) return;
    chosen.add(job);
    for (const child of children.get(job.name) ?? []) take(child);
    if (reach === "alone") return;
    if (job.order.kind === "needs") {
      for (const need of job.order.needs) {
        const needed = byName.get(need.job);
        if (needed !== undefined) take(needed);
      }
    } else if (reach === "stages") {
      const before = pipeline.stages.slice(0, Math.max(0, pipeline.stages.indexOf(job.stage ?? "")));
      for (const stage of before) for (const earlier of inStage.get(stage) ?? []) take(earlier);
    }
  };
  for (const name of names) {
    const job = byName.get(name);
    for (const one of job === undefined ? (instances.get(name) ?? unknownJob(pipeline, name)) : [job]) take(one);
  }
  return pipeline.jobs.filter((job) => chosen.has(job));
}

/**
 * A job that is asked for by name and that the file's own conditions keep out of this pipeline.
 *
 * @throws UsageError with what kept it out: a run that does nothing would look like one that passed.
 */
export function refuseLeftOut(pipeline: Pipeline, names: readonly string[]): void {
  for (const name of names) {
    const jobs = pipeline.jobs.filter((job) => job.name === name || job.instance?.of === name);
    const decision = jobs.every((job) => job.when === "never") ? jobs[0]?.decision : undefined;
    if (decision === undefined) continue;
    throw new UsageError(`job "${name}" is not in this pipeline: ${decision.text}`, {
      hint: `outrigger explain ${JSON.stringify(name)} shows why; --event, --branch, --tag or --changed choose another pipeline`,
      ...(decision.at === undefined ? {} : { at: decision.at }),
    });
  }
}

function unknownJob(pipeline: Pipeline, name: string): never {
  const known = pipeline.jobs.map((job) => job.name);
  const near = didYouMean(name, known);
  throw new UsageError(`no job named "${name}" in ${pipeline.file}`, {
    hint: near === undefined ? `outrigger list shows the jobs of this file` : `did you mean "${near}"?`,
  });
}
