import { didYouMean } from "../../text/did-you-mean.ts";
import type { JobDeclaration, NeedDeclaration } from "./declarations.ts";
import type { PipelineDeclaration } from "./read-pipeline.ts";
import type { Report } from "./report.ts";

const MAX_NEEDS = 50;

/**
 * What can only be checked with all jobs at hand: stages exist, needs name jobs that come earlier, nothing goes in a
 * circle.
 *
 * @source GY-24, GY-199, GY-200, GY-201
 */
export function checkOrder(pipeline: PipelineDeclaration, report: Report): void {
  const jobs = new Map(pipeline.jobs.map((job) => [job.name, job]));
  const stageIndex = new Map(pipeline.stages.map((stage, index) => [stage, index]));
  for (const job of pipeline.jobs) {
    checkStage(job, pipeline.stages, stageIndex, report);
    checkNeeds(job, jobs, pipeline.leftOut, stageIndex, report);
  }
  if (!report.hasErrors) checkCircles(pipeline.jobs, jobs, report);
}

function checkStage(
  job: JobDeclaration,
  stages: readonly string[],
  stageIndex: ReadonlyMap<string, number>,
  report: Report,
): void {
  if (stageIndex.has(job.stage)) return;
  const near = didYouMean(job.stage, stages);
  report.missing({
    code: "unknown-stage",
    path: `jobs:${job.name}:stage`,
    text: `${job.name} job: chosen stage ${job.stage} does not exist; available stages are ${stages.join(", ")}`,
    at: job.stageAt,
    hint: near === undefined ? "add it to stages:" : `did you mean "${near}"?`,
  });
}

function checkNeeds(
  job: JobDeclaration,
  jobs: ReadonlyMap<string, JobDeclaration>,
  leftOut: ReadonlySet<string>,
  stageIndex: ReadonlyMap<string, number>,
  report: Report,
): void {
  if (job.needs === undefined) return;
  const path = `jobs:${job.name}:needs`;
  const seen = new Set<string>();
  for (const need of job.needs) {
    if (seen.has(need.job)) {
      const text = `${job.name} has the following needs duplicated: ${need.job}.`;
      report.whole("error", { code: "duplicate-need", path, text, at: need.at, hint: "name each job once" });
    }
    seen.add(need.job);
    const needed = jobs.get(need.job);
    if (needed === undefined) reportMissing(job, need, jobs, leftOut, report);
    else checkStageOfNeed(job, needed, need, stageIndex, report);
  }
  const last = job.needs[MAX_NEEDS];
  if (last === undefined) return;
  const text = `${job.name}: one job can only need ${MAX_NEEDS} others, but you have listed ${job.needs.length}. See needs keyword documentation for more details`;
  report.whole("error", { code: "too-many-needs", path, text, at: last.at });
}

function reportMissing(
  job: JobDeclaration,
  need: NeedDeclaration,
  jobs: ReadonlyMap<string, JobDeclaration>,
  leftOut: ReadonlySet<string>,
  report: Report,
): void {
  if (need.optional || leftOut.has(need.job)) return;
  const near = didYouMean(need.job, jobs.keys());
  report.missing({
    code: "undefined-need",
    path: `jobs:${job.name}:needs`,
    text: `${job.name} job: undefined need: ${need.job}`,
    at: need.at,
    hint: near === undefined ? "add the job, or write optional: true" : `did you mean "${near}"?`,
  });
}

function checkStageOfNeed(
  job: JobDeclaration,
  needed: JobDeclaration,
  need: NeedDeclaration,
  stageIndex: ReadonlyMap<string, number>,
  report: Report,
): void {
  const own = stageIndex.get(job.stage);
  const other = stageIndex.get(needed.stage);
  if (own === undefined || other === undefined || other <= own) return;
  report.whole("error", {
    code: "need-in-later-stage",
    path: `jobs:${job.name}:needs`,
    text: `${job.name} job: need ${need.job} is not defined in current or prior stages`,
    at: need.at,
    hint: `"${need.job}" is in stage ${needed.stage}, after ${job.stage}`,
  });
}

function checkCircles(
  jobList: readonly JobDeclaration[],
  jobs: ReadonlyMap<string, JobDeclaration>,
  report: Report,
): void {
  const circle = findCircle(jobList, jobs);
  const first = circle?.[0];
  if (circle === undefined || first === undefined) return;
  const at = jobs.get(first)?.needs?.find((need) => need.job === (circle[1] ?? first))?.at ?? jobs.get(first)?.key;
  if (at === undefined) return;
  report.whole("error", {
    code: "circular-needs",
    path: `jobs:${first}:needs`,
    text: "The pipeline has circular dependencies",
    at,
    hint: [...circle, first].join(" needs "),
  });
}

/** Names of jobs that wait for each other, in order; without recursion, so that a chain of any length is fine. */
function findCircle(
  jobList: readonly JobDeclaration[],
  jobs: ReadonlyMap<string, JobDeclaration>,
): readonly string[] | undefined {
  const done = new Set<string>();
  for (const start of jobList) {
    const trail: { readonly name: string; next: number }[] = done.has(start.name)
      ? []
      : [{ name: start.name, next: 0 }];
    const open = new Set([start.name]);
    for (let top = trail.at(-1); top !== undefined; top = trail.at(-1)) {
      const need = jobs.get(top.name)?.needs?.[top.next];
      top.next += 1;
      if (need === undefined) {
        done.add(top.name);
        open.delete(top.name);
        trail.pop();
      } else if (open.has(need.job)) {
        return trail.slice(trail.findIndex(({ name }) => name === need.job)).map(({ name }) => name);
      } else if (!done.has(need.job)) {
        open.add(need.job);
        trail.push({ name: need.job, next: 0 });
      }
    }
  }
  return undefined;
}
