import type { Job, Pipeline } from "../../model/pipeline.ts";
import { type AwaitedFile, awaitedFiles } from "../../model/trigger.ts";
import { dropControls } from "../../trace/control-sequences.ts";
import { padTo, textWidth } from "./text-width.ts";
import { describeAwaited } from "./trigger-words.ts";

/** One line per job, in file order. */
export function renderJobList(pipeline: Pipeline): string {
  const rows = [
    ["JOB", "STAGE", "WHEN", "IMAGE", "SERVICES", "NEEDS"],
    ...pipeline.jobs.map((job) => toRow(job).map(dropControls)),
  ];
  const widths =
    rows[0]?.map((_, column) => rows.reduce((width, row) => Math.max(width, textWidth(row[column] ?? "")), 0)) ?? [];
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => padTo(cell, widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

/** Jobs that are not in this pipeline, each with what keeps it out. */
export function renderLeftOut({ jobs, nothingRuns }: Pipeline): string {
  const leftOut = jobs.filter((job) => job.when === "never" && job.whyNever !== undefined);
  const lines = leftOut.map((job) => dropControls(`not in this pipeline: ${job.name} (${job.whyNever})`));
  return [...(nothingRuns === undefined ? [] : [nothingRuns]), ...lines].map((line) => `${line}\n`).join("");
}

/** Jobs that the list lacks: a pipeline of a file that a job makes is not known before that has run. */
export function renderUnknown({ jobs }: Pipeline): string {
  const lines = jobs.flatMap(({ name, when, trigger, parent }) => {
    const files = awaitedFiles(trigger, parent);
    if (when === "never" || files.length === 0) return [];
    return [`${dropControls(`not known yet: the jobs that ${name} starts, from ${describeAwaited(files)}`)}\n`];
  });
  return lines.join("");
}

export function toJobListJson(pipeline: Pipeline): string {
  const jobs = pipeline.jobs.map((job) => ({
    name: job.name,
    stage: job.stage ?? null,
    when: job.when,
    ...(job.whyNever === undefined ? {} : { whyNever: job.whyNever }),
    image: job.steps[0]?.image.text ?? null,
    services: job.services.map((service) => service.image.text),
    needs: needsOf(job) ?? null,
    ...startsFrom(job),
    file: job.at.file,
    line: job.at.line,
  }));
  return `${JSON.stringify({ dialect: pipeline.dialect, stages: pipeline.stages, jobs })}\n`;
}

function startsFrom({ trigger, parent }: Job): { readonly startsFrom?: readonly AwaitedFile[] } {
  const files = awaitedFiles(trigger, parent);
  return files.length === 0 ? {} : { startsFrom: files };
}

function toRow(job: Job): readonly string[] {
  return [
    job.name,
    job.stage ?? "",
    job.when,
    job.steps[0]?.image.text ?? "",
    job.services.map((service) => service.image.text).join(", "),
    needsOf(job)?.join(", ") ?? "",
  ];
}

/** Undefined: the job waits for its earlier stages. */
function needsOf(job: Job): readonly string[] | undefined {
  if (job.order.kind !== "needs") return undefined;
  const needs = job.order.needs.map((need) => need.job);
  return needs.length === 0 && job.parent !== undefined ? [job.parent] : needs;
}
