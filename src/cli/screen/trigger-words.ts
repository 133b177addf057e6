import type { Job } from "../../model/pipeline.ts";
import { type AwaitedFile, awaitedFiles } from "../../model/trigger.ts";
import { assertNever } from "../../text/assert-never.ts";

export function describeAwaited(files: readonly AwaitedFile[]): string {
  return files.map(({ job, path }) => `"${path}" of job "${job}"`).join(", ");
}

/** What a job without containers starts; undefined for all others. */
export function describeTrigger(job: Job): string | undefined {
  const { trigger } = job;
  if (trigger === undefined) return undefined;
  switch (trigger.kind) {
    case "child": {
      const awaited = awaitedFiles(trigger, job.parent);
      const known = trigger.includes.flatMap((one) => (one.kind === "local" ? [`"${one.file}"`] : []));
      const files = [...known, ...(awaited.length === 0 ? [] : [describeAwaited(awaited)])].join(", ");
      if (files === "") return "no pipeline: its files are not of this repository";
      return `a pipeline of ${files}${trigger.waits ? ", and waits for it" : ""}`;
    }
    case "project":
      return `no pipeline: that of project "${trigger.project}" is not of this repository`;
    case "mirror":
      return `no pipeline: it mirrors that of "${trigger.project}", which is not of this repository`;
    default:
      return assertNever(trigger);
  }
}
