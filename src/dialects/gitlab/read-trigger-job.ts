import type { Trigger } from "../../model/trigger.ts";
import { spanOf, type YamlEntry, type YamlMapping, type YamlScalar } from "../../yaml/yaml-node.ts";
import { checkKeys, stringOf, valueOf } from "./config-values.ts";
import type { JobDeclaration } from "./job-declaration.ts";
import { JobReader } from "./job-reader.ts";
import { JOB_KEYS, TRIGGER_JOB_KEYS } from "./keywords.ts";
import { readTriggerParallel } from "./parallel-keyword.ts";
import { type OrderSurroundings, readOrder } from "./read-order.ts";
import type { Report } from "./report.ts";
import { NO_RETRY } from "./retry-keyword.ts";
import { readInterruptible } from "./small-keywords.ts";
import { readTrigger } from "./trigger-keyword.ts";
import { readTriggerWhen } from "./when-keyword.ts";

/** A job that starts a pipeline, or mirrors one; it takes nothing from `default`. @source GY-31, GY-133, GY-239 */
export function readTriggerJob(
  name: string,
  key: YamlScalar,
  mapping: YamlMapping,
  around: OrderSurroundings,
  report: Report,
): JobDeclaration {
  const path = `jobs:${name}`;
  if (valueOf(mapping, "trigger") === undefined && findMirrored(mapping) === undefined) {
    const text = "config should contain either a trigger or a needs:pipeline";
    report.error({ code: "invalid-trigger", path, text, at: mapping.entries.get("trigger")?.key ?? key });
  }
  checkKeys(mapping, TRIGGER_JOB_KEYS, path, report, hintForTrigger);
  const job = new JobReader(mapping, path, report);
  return {
    ...readOrder(name, key, job, around),
    when: readTriggerWhen(mapping, path, report),
    startInSeconds: undefined,
    parallel: job.own("parallel", readTriggerParallel),
    image: undefined,
    services: [],
    commands: [],
    runSteps: undefined,
    afterCommands: [],
    beforeSources: [],
    dependencies: undefined,
    retry: NO_RETRY,
    timeoutSeconds: undefined,
    interruptible: job.own("interruptible", readInterruptible),
    artifacts: undefined,
    caches: [],
    tags: [],
    coverage: undefined,
    secrets: [],
    trigger: job.own("trigger", readTrigger) ?? mirrorOf(mapping),
  };
}

/** Keys of ordinary jobs are no misspelling. */
function hintForTrigger(names: readonly string[]): string | undefined {
  const ofJobs = names.filter((name) => JOB_KEYS.read.has(name) || JOB_KEYS.known.has(name));
  return ofJobs.length < names.length ? undefined : `a job with trigger has no ${ofJobs.join(", ")}`;
}

/** `needs: {pipeline: group/project}`: the job takes over how that pipeline stands. */
function mirrorOf(job: YamlMapping): Trigger {
  const pipeline = findMirrored(job);
  return { kind: "mirror", project: (pipeline && stringOf(pipeline.value)) ?? "", at: spanOf(pipeline?.key ?? job) };
}

/** The `pipeline:` without a job among a job's needs. */
export function findMirrored(job: YamlMapping): YamlEntry | undefined {
  const needs = valueOf(job, "needs");
  const items = needs?.kind === "sequence" ? needs.items : needs === undefined ? [] : [needs];
  for (const item of items) {
    const pipeline = item.kind === "mapping" && !item.entries.has("job") ? item.entries.get("pipeline") : undefined;
    if (pipeline !== undefined) return pipeline;
  }
  return undefined;
}
