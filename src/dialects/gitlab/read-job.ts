import type { YamlMapping, YamlScalar } from "../../yaml/yaml-node.ts";
import { checkKeys, valueOf } from "./config-values.ts";
import { readHooks } from "./hooks-keyword.ts";
import { readImage } from "./image-keyword.ts";
import type { Defaults, JobDeclaration } from "./job-declaration.ts";
import { JobReader } from "./job-reader.ts";
import { JOB_KEYS } from "./keywords.ts";
import { checkPages } from "./pages-keyword.ts";
import { readParallel } from "./parallel-keyword.ts";
import { type OrderSurroundings, readOrder } from "./read-order.ts";
import { checkRelease } from "./release-keyword.ts";
import type { Report } from "./report.ts";
import { NO_RETRY, readTimeout } from "./retry-keyword.ts";
import { readRunSteps } from "./run-keyword.ts";
import { readScript } from "./script-keyword.ts";
import { checkIdentity, checkIdTokens, readSecrets } from "./secrets-keyword.ts";
import { readServices } from "./services-keyword.ts";
import { checkPublish, readCoverage, readDependencies, readInterruptible, readTags } from "./small-keywords.ts";
import { readWhen } from "./when-keyword.ts";

/** What a job's own keys are read against. */
export interface JobSurroundings extends OrderSurroundings {
  readonly defaults: Defaults;
}

/** One job with a script, its bases merged in: own keys first, else the defaults it inherits. */
export function readJob(
  name: string,
  key: YamlScalar,
  mapping: YamlMapping,
  around: JobSurroundings,
  report: Report,
): JobDeclaration {
  const path = `jobs:${name}`;
  checkKeys(mapping, JOB_KEYS, path, report);
  const job = new JobReader(mapping, path, report);
  const { defaults } = around;
  checkServerKeywords(job);
  const order = readOrder(name, key, job, around);
  const { when, startInSeconds } = readWhen(mapping, path, report);
  const { commands, runSteps, afterCommands } = readCommands(job, around);
  return {
    ...order,
    when,
    startInSeconds,
    parallel: job.own("parallel", readParallel),
    image: job.ownOrDefault("image", readImage, defaults.image),
    services: job.ownOrDefault("services", readServices, defaults.services) ?? [],
    commands,
    runSteps,
    afterCommands,
    beforeSources: job.ownOrDefault("hooks", readHooks, defaults.beforeSources) ?? [],
    dependencies: job.own("dependencies", readDependencies),
    retry: job.ownOrDefault("retry", around.shared.retry, defaults.retry) ?? NO_RETRY,
    timeoutSeconds: job.ownOrDefault("timeout", readTimeout, defaults.timeoutSeconds),
    interruptible: job.ownOrDefault("interruptible", readInterruptible, defaults.interruptible),
    artifacts: job.ownOrDefault("artifacts", around.shared.artifacts, defaults.artifacts),
    caches: job.ownOrDefault("cache", around.shared.caches, defaults.caches) ?? [],
    tags: job.ownOrDefault("tags", readTags, defaults.tags) ?? [],
    coverage: job.own("coverage", readCoverage),
    secrets: job.own("secrets", readSecrets) ?? [],
    trigger: undefined,
  };
}

/** Checked and told, and nothing follows from them. */
function checkServerKeywords(job: JobReader): void {
  job.own("release", checkRelease);
  job.own("pages", checkPages);
  job.own("publish", checkPublish);
  job.own("id_tokens", checkIdTokens);
  job.own("identity", checkIdentity);
}

type Commands = Pick<JobDeclaration, "commands" | "runSteps" | "afterCommands">;

function readCommands(job: JobReader, { defaults, shared }: JobSurroundings): Commands {
  if (job.mapping.entries.has("run")) {
    const text = (names: string): string => `config these keys cannot be used together: run, ${names}`;
    job.refuseKeywords(["script", "before_script", "after_script"], text);
    return { commands: [], runSteps: job.own("run", readRunSteps) ?? [], afterCommands: [] };
  }
  return {
    commands: [
      ...(job.ownOrDefault("before_script", shared.commonScript, defaults.beforeScript) ?? []),
      ...readMainScript(job),
    ],
    runSteps: undefined,
    afterCommands: job.ownOrDefault("after_script", shared.commonScript, defaults.afterScript) ?? [],
  };
}

/** @source GY-120 */
function readMainScript({ mapping, path, report }: JobReader): readonly string[] {
  const value = valueOf(mapping, "script");
  const commands = value === undefined ? [] : readScript(value, `${path}:script`, report);
  if (commands === undefined) return [];
  const isBlank = commands.length === 0 || (value?.kind === "scalar" && value.text.trim() === "");
  if (!isBlank) return commands;
  const at = mapping.entries.get("script")?.key ?? mapping;
  report.missing({ code: "blank-script", path, text: `${path} script can't be blank`, at });
  return [];
}
