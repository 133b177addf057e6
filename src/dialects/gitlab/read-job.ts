import type { YamlEntry, YamlMapping, YamlNode, YamlScalar } from "../../yaml/yaml-node.ts";
import { checkKeys, valueOf } from "./config-values.ts";
import type { Defaults, JobDeclaration, VariableDeclaration } from "./declarations.ts";
import { readImage } from "./image-keyword.ts";
import { readInherit } from "./inherit-keyword.ts";
import { JOB_KEYS } from "./keywords.ts";
import { readNeeds } from "./needs-keyword.ts";
import type { Report } from "./report.ts";
import { NO_RETRY, readRetry, readTimeout } from "./retry-keyword.ts";
import { readScript } from "./script-keyword.ts";
import { readServices } from "./services-keyword.ts";
import { readStage, warnOldWord } from "./stages-keyword.ts";
import { readJobVariables } from "./variables-keyword.ts";
import { readAllowFailure, readWhen } from "./when-keyword.ts";

/** What a job's own keys are read against. */
export interface JobSurroundings {
  readonly defaults: Defaults;
  readonly globals: readonly VariableDeclaration[];
}

const DEFAULT_STAGE = "test";

/** A key's value with its path, or nothing when the job does not say it. */
interface Reader {
  <T>(key: string, read: (value: YamlNode, path: string, report: Report) => T | undefined): T | undefined;
}

/**
 * One job, its extends already merged: own keys first, else the defaults it inherits, whole value by whole value.
 *
 * @source GY-28
 */
export function readJob(
  name: string,
  key: YamlScalar,
  job: YamlMapping,
  surroundings: JobSurroundings,
  report: Report,
): JobDeclaration {
  const path = `jobs:${name}`;
  checkKeys(job, JOB_KEYS, path, report);
  const { defaults } = surroundings;
  const inherit = readInherit(job, path, report);
  const own: Reader = (keyword, read) => {
    const value = valueOf(job, keyword);
    return value && read(value, `${path}:${keyword}`, report);
  };
  const orDefault = <T>(keyword: string, read: Parameters<typeof own<T>>[1], fallback: T | undefined): T | undefined =>
    valueOf(job, keyword) !== undefined ? own(keyword, read) : inherit.takesDefault(keyword) ? fallback : undefined;
  const stage = findStage(job, path, report);
  const when = readWhen(job, path, report);
  return {
    name,
    key,
    stage: (stage && readStage(stage, `${path}:stage`, report)) ?? DEFAULT_STAGE,
    stageAt: stage ?? key,
    image: orDefault("image", readImage, defaults.image),
    services: orDefault("services", readServices, defaults.services) ?? [],
    globals: surroundings.globals.filter((variable) => inherit.takesVariable(variable.name)),
    variables: own("variables", readJobVariables) ?? [],
    commands: [
      ...(orDefault("before_script", readScript, defaults.beforeScript) ?? []),
      ...readMainScript(job, path, report),
    ],
    afterCommands: orDefault("after_script", readScript, defaults.afterScript) ?? [],
    needs: own("needs", readNeeds),
    when,
    allowFailure: readAllowFailure(job, when, path, report),
    retry: orDefault("retry", readRetry, defaults.retry) ?? NO_RETRY,
    timeoutSeconds: orDefault("timeout", readTimeout, defaults.timeoutSeconds),
  };
}

/** @source GY-120 */
function readMainScript(job: YamlMapping, path: string, report: Report): readonly string[] {
  const entry: YamlEntry | undefined = job.entries.get("script");
  const value = valueOf(job, "script");
  const commands = value === undefined ? [] : readScript(value, `${path}:script`, report);
  if (commands === undefined) return [];
  const isBlank = commands.length === 0 || (value?.kind === "scalar" && value.text.trim() === "");
  if (!isBlank) return commands;
  report.missing({ code: "blank-script", path, text: `${path} script can't be blank`, at: entry?.key ?? job });
  return [];
}

/** @source GY-20, GY-24 */
function findStage(job: YamlMapping, path: string, report: Report): YamlNode | undefined {
  const stage = valueOf(job, "stage");
  const old = job.entries.get("type");
  if (old === undefined) return stage;
  warnOldWord("type", "stage", `${path}:type`, old.key, report);
  return stage ?? old.value;
}
