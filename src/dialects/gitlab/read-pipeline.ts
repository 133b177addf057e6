import { didYouMean } from "../../text/did-you-mean.ts";
import type { YamlMapping, YamlNode, YamlScalar } from "../../yaml/yaml-node.ts";
import { isNull, valueOf } from "./config-values.ts";
import type { JobDeclaration } from "./declarations.ts";
import { readDefaults } from "./defaults.ts";
import { JOB_KEYS, TOP_LEVEL_KEYS, WORKFLOW_KEYS } from "./keywords.ts";
import { type JobSurroundings, readJob } from "./read-job.ts";
import type { Report } from "./report.ts";
import { readStages, warnOldWord } from "./stages-keyword.ts";
import { readGlobalVariables } from "./variables-keyword.ts";

export interface PipelineDeclaration {
  readonly stages: readonly string[];
  /** In file order. */
  readonly jobs: readonly JobDeclaration[];
  /** Jobs that are valid and that we cannot run yet: `trigger`, `run`. */
  readonly leftOut: ReadonlySet<string>;
}

const MAX_NAME_LENGTH = 255;

/** The whole file, references and extends resolved. @source GY-13 to GY-18 */
export function readPipeline(root: YamlMapping, report: Report): PipelineDeclaration {
  const stages = readStages(valueOf(root, "stages") ?? valueOf(root, "types"), report);
  noteTopLevelKeys(root, report);
  const variables = valueOf(root, "variables");
  const surroundings: JobSurroundings = {
    defaults: readDefaults(root, report),
    globals: variables === undefined ? [] : readGlobalVariables(variables, report),
  };
  const jobs: JobDeclaration[] = [];
  const leftOut = new Set<string>();
  let visible = 0;
  for (const [name, { key, value }] of root.entries) {
    if (name.startsWith(".") || TOP_LEVEL_KEYS.read.has(name) || TOP_LEVEL_KEYS.known.has(name)) continue;
    visible += 1;
    const job = checkJob(name, key, value, report);
    if (job === undefined) leftOut.add(name);
    else if (isLeftOut(name, job, report)) leftOut.add(name);
    else jobs.push(readJob(name, key, job, surroundings, report));
  }
  if (visible === 0) refuseNoJobs(root, report);
  return { stages, jobs, leftOut };
}

function noteTopLevelKeys(root: YamlMapping, report: Report): void {
  for (const [name, { key, value }] of root.entries) {
    if (!TOP_LEVEL_KEYS.known.has(name) || isNull(value)) continue;
    if (name === "workflow") checkWorkflow(value, report);
    if (name === "types") warnOldWord("types", "stages", name, key, report);
    else report.notSupported(name, name, key, consequenceOf(name));
  }
}

function consequenceOf(name: string): string | undefined {
  return name === "workflow" ? "the pipeline runs whatever its rules say" : undefined;
}

function checkWorkflow(value: YamlNode, report: Report): void {
  if (value.kind !== "mapping") {
    report.error({ code: "invalid-workflow", path: "workflow", text: "config should be a hash", at: value });
    return;
  }
  const unknown = [...value.entries.values()].filter((entry) => !WORKFLOW_KEYS.has(entry.key.text));
  const first = unknown[0];
  if (first === undefined) return;
  const names = unknown.map((entry) => entry.key.text).join(", ");
  const hint = `known here: ${[...WORKFLOW_KEYS].join(", ")}`;
  report.error({
    code: "unknown-key",
    path: "workflow",
    text: `config contains unknown keys: ${names}`,
    at: first.key,
    hint,
  });
}

/** @source GY-15, GY-17 */
function checkJob(name: string, key: YamlScalar, value: YamlNode, report: Report): YamlMapping | undefined {
  if (name.trim() === "") {
    return report.error({ code: "invalid-job-name", path: "jobs", text: "name can't be blank", at: key });
  }
  if (name.length > MAX_NAME_LENGTH) {
    report.error({
      code: "invalid-job-name",
      path: `jobs:${name}`,
      text: `name is too long (maximum is ${MAX_NAME_LENGTH} characters)`,
      at: key,
    });
  }
  if (value.kind === "mapping" && ["script", "run", "trigger"].some((keyword) => value.entries.has(keyword)))
    return value;
  if (value.kind === "mapping" && isBridgeByNeeds(value)) return value;
  return report.missing({
    code: "not-a-job",
    path: `jobs:${name}`,
    text: `jobs ${name} config should implement the script:, run:, or trigger: keyword`,
    at: key,
    hint: hintForNoJob(name, value),
  });
}

function hintForNoJob(name: string, value: YamlNode): string | undefined {
  const keyword = didYouMean(name, [...TOP_LEVEL_KEYS.read, ...TOP_LEVEL_KEYS.known]);
  if (keyword !== undefined) return `did you mean "${keyword}"?`;
  if (value.kind !== "mapping") return "a job is a mapping with a script; a name that starts with a dot is no job";
  const slip = [...value.entries.keys()].find(
    (key) =>
      !JOB_KEYS.read.has(key) && !JOB_KEYS.known.has(key) && didYouMean(key, ["script", "trigger"]) !== undefined,
  );
  return slip === undefined
    ? "add a script, or start the name with a dot"
    : `did you mean "${didYouMean(slip, ["script", "trigger"])}" instead of "${slip}"?`;
}

/** A job that only mirrors another pipeline: `needs: {pipeline: group/project}`. */
function isBridgeByNeeds(job: YamlMapping): boolean {
  const needs = valueOf(job, "needs");
  return needs?.kind === "mapping" && needs.entries.has("pipeline") && !needs.entries.has("job");
}

/** @source GY-132, GY-239 */
function isLeftOut(name: string, job: YamlMapping, report: Report): boolean {
  const trigger = job.entries.get("trigger");
  const run = job.entries.get("run");
  if (trigger !== undefined) checkTrigger(name, job, trigger.value, report);
  const entry = trigger ?? run ?? (job.entries.has("script") ? undefined : job.entries.get("needs"));
  if (entry === undefined) return false;
  const keyword = trigger !== undefined ? "trigger" : run !== undefined ? "run" : "needs:pipeline";
  report.notSupported(keyword, `jobs:${name}:${keyword}`, entry.key, "the job is left out");
  return true;
}

function checkTrigger(name: string, job: YamlMapping, trigger: YamlNode, report: Report): void {
  const path = `jobs:${name}`;
  const isWord = trigger.kind === "scalar" && !isNull(trigger) && !/^[\d.]+$/.test(trigger.text);
  if (!isWord && trigger.kind !== "mapping") {
    report.error({
      code: "invalid-trigger",
      path: `${path}:trigger`,
      text: "has to be either a string or a hash",
      at: trigger,
    });
  }
  const script = job.entries.get("script");
  if (script === undefined) return;
  report.error({
    code: "unknown-key",
    path,
    text: "config contains unknown keys: script",
    at: script.key,
    hint: "a trigger job has no script",
  });
}

function refuseNoJobs(root: YamlMapping, report: Report): void {
  if (report.isIncomplete) return;
  report.error({
    code: "no-jobs",
    path: "jobs",
    text: "config should contain at least one visible job",
    at: root,
    hint: "a job is a name, and below it a script; names that start with a dot are hidden",
  });
}
