// What nobody would notice while a run goes well, and `lint` says: jobs that can never start, values that cannot be hidden.

import type { Job, Pipeline } from "../model/pipeline.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import { isMaskable, MIN_SECRET_LENGTH } from "../trace/secret-forms.ts";
import { findLeftOutNeeds } from "./left-out-needs.ts";
import { findPredecessors } from "./order.ts";

export function findPipelineMistakes(pipeline: Pipeline, maskedNames: ReadonlySet<string>): readonly Diagnostic[] {
  return [
    ...findUnreachableJobs(pipeline),
    ...findLeftOutNeeds(pipeline, pipeline.jobs, "warning"),
    ...findUnmaskableValues(pipeline, maskedNames),
  ];
}

/** Nothing that could fail comes before it. */
function findUnreachableJobs(pipeline: Pipeline): readonly Diagnostic[] {
  const waiting = pipeline.jobs.filter((job) => job.when === "on_failure");
  if (waiting.length === 0) return [];
  const predecessors = findPredecessors(pipeline, pipeline.jobs);
  return waiting
    .filter((job) => (predecessors.get(job.name) ?? []).length === 0)
    .map((job) => ({
      severity: "warning",
      code: "unreachable-job",
      path: `jobs:${job.name}`,
      message: `job "${job.name}" never starts: it runs after a failure, and no job comes before it`,
      at: job.at,
      hint: "put it into a later stage, or name what it waits for under needs",
    }));
}

function findUnmaskableValues(pipeline: Pipeline, maskedNames: ReadonlySet<string>): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const job of pipeline.jobs) {
    for (const name of namesToHide(job, pipeline, maskedNames)) {
      const value = job.variables.get(name)?.value ?? "";
      if (value.trim() === "" || isMaskable(value) || found.has(name)) continue;
      found.set(name, {
        severity: "warning",
        code: "unmaskable-value",
        path: `jobs:${job.name}`,
        message: `the value of "${name}" has fewer than ${MIN_SECRET_LENGTH} characters and cannot be hidden in logs`,
        at: job.at,
        hint: "take a longer value",
      });
    }
  }
  return [...found.values()];
}

/** Nothing in a GitLab file hides a value, and its jobs have a hundred variables each: the names are what was asked for. */
function namesToHide(job: Job, { dialect }: Pipeline, maskedNames: ReadonlySet<string>): Iterable<string> {
  if (dialect === "gitlab") return maskedNames;
  const masked = [...job.variables].filter(([, variable]) => variable.masked).map(([name]) => name);
  return [...maskedNames, ...masked];
}
