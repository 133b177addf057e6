import { didYouMean } from "../../text/did-you-mean.ts";
import type { YamlMapping, YamlNode, YamlScalar } from "../../yaml/yaml-node.ts";
import { isNull, valueOf } from "./config-values.ts";
import type { VariableDeclaration } from "./declarations.ts";
import { readDefaults, replaceInDefaults } from "./defaults.ts";
import { adviseOnDoubles } from "./double-pipelines.ts";
import { Conditions } from "./expression/conditions.ts";
import { JobInputs } from "./inputs/job-inputs.ts";
import type { JobDeclaration } from "./job-declaration.ts";
import { JOB_KEYS, TOP_LEVEL_KEYS } from "./keywords.ts";
import { type JobSurroundings, readJob } from "./read-job.ts";
import { findMirrored, readTriggerJob } from "./read-trigger-job.ts";
import type { Report } from "./report.ts";
import type { WorkflowDeclaration } from "./rule-declarations.ts";
import { createSharedReaders } from "./shared-readers.ts";
import { readStages, warnOldWord } from "./stages-keyword.ts";
import { readGlobalVariables } from "./variables-keyword.ts";
import { readWorkflow } from "./workflow-keyword.ts";

export interface PipelineDeclaration {
  readonly stages: readonly string[];
  readonly workflow: WorkflowDeclaration | undefined;
  readonly globals: readonly VariableDeclaration[];
  /** In file order. */
  readonly jobs: readonly JobDeclaration[];
  /** Names of what is no job, though it should be one: it has been told, and needs on it are not told as well. */
  readonly leftOut: ReadonlySet<string>;
}

const MAX_NAME_LENGTH = 255;

/** Names that GitLab keeps for itself. @source GY-13, GY-242 */
const RESERVED_NAMES: ReadonlySet<string> = new Set(["true", "false", "nil", "pages:deploy"]);

/**
 * The whole file, references and extends resolved.
 *
 * @param jobInputs values from outside, by `JOB.NAME`.
 * @source GY-13 to GY-18
 */
export function readPipeline(
  root: YamlMapping,
  jobInputs: ReadonlyMap<string, string>,
  report: Report,
): PipelineDeclaration {
  const conditions = new Conditions();
  const stages = readStages(valueOf(root, "stages") ?? valueOf(root, "types"), report);
  noteTopLevelKeys(root, report);
  const workflow = valueOf(root, "workflow");
  const variables = valueOf(root, "variables");
  const around: JobSurroundings = {
    defaults: readDefaults(root, report),
    globals: variables === undefined ? [] : readGlobalVariables(variables, report),
    conditions,
    shared: createSharedReaders(conditions),
  };
  const inputs = new JobInputs(jobInputs, report);
  const jobs: JobDeclaration[] = [];
  const leftOut = new Set<string>();
  for (const [name, { key, value }] of root.entries) {
    if (name.startsWith(".") || TOP_LEVEL_KEYS.read.has(name) || TOP_LEVEL_KEYS.known.has(name)) continue;
    const job = checkJob(name, key, value, report);
    if (job === undefined) leftOut.add(name);
    else jobs.push(report.inJob(name, () => readWithInputs({ name, key, job }, root, inputs, around, report)));
  }
  inputs.refuseUnused(root, jobs);
  if (jobs.length + leftOut.size === 0) refuseNoJobs(root, report);
  const declared = workflow && readWorkflow(workflow, conditions, report);
  adviseOnDoubles(jobs, declared, report);
  return { stages, workflow: declared, globals: around.globals, jobs, leftOut };
}

interface NamedJob {
  readonly name: string;
  readonly key: YamlScalar;
  readonly job: YamlMapping;
}

/** @source GY-79 */
function readWithInputs(
  { name, key, job }: NamedJob,
  root: YamlMapping,
  inputs: JobInputs,
  around: JobSurroundings,
  report: Report,
): JobDeclaration {
  const replace = inputs.replacementFor(name, job);
  if (replace === undefined) return readOneJob(name, key, job, around, report);
  const defaults = replaceInDefaults(around.defaults, root, replace.inNode, report);
  return readOneJob(name, key, replace.inJob(job), { ...around, defaults }, report);
}

function readOneJob(
  name: string,
  key: YamlScalar,
  job: YamlMapping,
  around: JobSurroundings,
  report: Report,
): JobDeclaration {
  const isTrigger = job.entries.has("trigger") || !(job.entries.has("script") || job.entries.has("run"));
  return isTrigger ? readTriggerJob(name, key, job, around, report) : readJob(name, key, job, around, report);
}

function noteTopLevelKeys(root: YamlMapping, report: Report): void {
  for (const [name, { key, value }] of root.entries) {
    if (isNull(value)) continue;
    if (name === "types") warnOldWord("types", "stages", name, key, report);
  }
}

/** @source GY-15, GY-17 */
function checkJob(name: string, key: YamlScalar, value: YamlNode, report: Report): YamlMapping | undefined {
  if (name.trim() === "") {
    return report.error({ code: "invalid-job-name", path: "jobs", text: "name can't be blank", at: key });
  }
  if (RESERVED_NAMES.has(name)) {
    const text = `"${name}" is a name that GitLab keeps for itself`;
    report.whole("warning", { code: "reserved-name", path: `jobs:${name}`, text, at: key, hint: "take another name" });
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
  if (value.kind === "mapping" && findMirrored(value) !== undefined) return value;
  const hasNeeds = value.kind === "mapping" && valueOf(value, "needs") !== undefined;
  return report.missing({
    code: "not-a-job",
    path: `jobs:${name}`,
    text: hasNeeds
      ? `jobs:${name} config should contain either a trigger or a needs:pipeline`
      : `jobs ${name} config should implement the script:, run:, or trigger: keyword`,
    at: key,
    hint: hintForNoJob(name, value),
  });
}

function hintForNoJob(name: string, value: YamlNode): string | undefined {
  const keyword = didYouMean(name, [...TOP_LEVEL_KEYS.read, ...TOP_LEVEL_KEYS.known.keys()]);
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
