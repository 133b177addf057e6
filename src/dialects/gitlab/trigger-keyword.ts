import type { Trigger, TriggerForward, TriggerInclude, TriggerInput, TriggerInputs } from "../../model/trigger.ts";
import { psychValue } from "../../yaml/psych-scalar.ts";
import { spanOf, type YamlMapping, type YamlNode, type YamlScalar } from "../../yaml/yaml-node.ts";
import { ConfigFields, fieldsOf } from "./config-fields.ts";
import { checkKeys, isNull, stringOf, valueOf } from "./config-values.ts";
import { type KnownKeys, knownKeys } from "./keywords.ts";
import type { Report } from "./report.ts";

const PROJECT_KEYS = keysWithout("include");
const CHILD_KEYS = keysWithout("project", "branch");
const FORWARD_KEYS = knownKeys("trigger:forward");
const CODE = "invalid-trigger";
const STRATEGIES = ["depend", "mirror"] as const;
const MAX_INCLUDES = 3;
const INCLUDE_KINDS = ["local", "project", "remote", "template", "component", "artifact"] as const;

/** That another project is not started is said once, for the keyword as a whole. */
function keysWithout(...names: readonly string[]): KnownKeys {
  const { read, known } = knownKeys("trigger");
  return { read: new Set([...read, ...known.keys()].filter((name) => !names.includes(name))), known: new Map() };
}

/** @source GY-239, GY-240 */
export function readTrigger(value: YamlNode, path: string, report: Report): Trigger | undefined {
  const word = stringOf(value);
  if (word !== undefined && word.trim() !== "") {
    report.ignored("trigger of another project", path, value, "the job passes without it");
    return { kind: "project", project: word, waits: false, forward: DEFAULT_FORWARD, at: spanOf(value) };
  }
  if (value.kind !== "mapping") {
    return report.error({ code: CODE, path, text: "has to be either a string or a hash", at: value });
  }
  if (value.entries.has("include")) return readChild(value, path, report);
  if (value.entries.has("project")) return readProject(value, path, report);
  return report.error({ code: CODE, path, text: "config must specify either project or include", at: value });
}

function readChild(value: YamlMapping, path: string, report: Report): Trigger {
  checkKeys(value, CHILD_KEYS, path, report);
  const fields = new ConfigFields(value, path, CODE, report);
  const waits = fields.word("strategy", STRATEGIES) !== undefined;
  const include = valueOf(value, "include");
  const inputs = readInputs(value, path, report);
  const includes = include === undefined ? [] : readIncludes(include, `${path}:include`, inputs, report);
  return { kind: "child", includes, waits, forward: readForward(value, path, report), at: spanOf(value) };
}

function readProject(value: YamlMapping, path: string, report: Report): Trigger | undefined {
  checkKeys(value, PROJECT_KEYS, path, report);
  const fields = new ConfigFields(value, path, CODE, report);
  const waits = fields.word("strategy", STRATEGIES) !== undefined;
  readInputs(value, path, report);
  const forward = readForward(value, path, report);
  const project = fields.text("project");
  const branch = fields.text("branch");
  const at = valueOf(value, "project") ?? value;
  if (project === undefined || project.trim() === "") return fields.refuse("project", "can't be blank", at);
  report.ignored("trigger of another project", path, at, "the job passes without it");
  return { kind: "project", project, ...(branch === undefined ? {} : { branch }), waits, forward, at: spanOf(at) };
}

const DEFAULT_FORWARD: TriggerForward = { ownVariables: true, pipelineVariables: false };

function readForward(trigger: YamlMapping, path: string, report: Report): TriggerForward {
  const value = valueOf(trigger, "forward");
  const fields = value && fieldsOf(value, `${path}:forward`, CODE, report);
  if (fields === undefined) return DEFAULT_FORWARD;
  checkKeys(fields.mapping, FORWARD_KEYS, fields.path, report);
  return {
    ownVariables: fields.flag("yaml_variables") ?? true,
    pipelineVariables: fields.flag("pipeline_variables") ?? false,
  };
}

function readIncludes(value: YamlNode, path: string, shared: TriggerInputs, report: Report): readonly TriggerInclude[] {
  const items = value.kind === "sequence" ? value.items : [value];
  const excess = items[MAX_INCLUDES];
  if (excess !== undefined) {
    report.error({ code: CODE, path, text: `config is too long (maximum is ${MAX_INCLUDES})`, at: excess });
  }
  return items.flatMap((item) => readInclude(item, path, shared, report) ?? []);
}

function readInclude(value: YamlNode, path: string, shared: TriggerInputs, report: Report): TriggerInclude | undefined {
  const word = stringOf(value);
  if (word !== undefined) {
    return /^https?:/.test(word) ? other(word, value, path, report) : local(word, value, shared);
  }
  if (value.kind !== "mapping") {
    return report.error({ code: CODE, path, text: "config should be a hash or a string", at: value });
  }
  const kinds = INCLUDE_KINDS.filter((kind) => value.entries.has(kind));
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    const names = INCLUDE_KINDS.map((name) => `\`${name}\``).join(", ");
    const text = `Each include must use only one of: ${names}`;
    return report.whole("error", { code: CODE, path, text, at: value });
  }
  const at = value.entries.get(kind)?.value ?? value;
  const fields = new ConfigFields(value, path, CODE, report);
  const inputs = new Map([...shared, ...readInputs(value, path, report)]);
  const file = fields.text(kind);
  if (file === undefined) return undefined;
  if (kind === "local") return local(file, at, inputs);
  return kind === "artifact" ? readArtifact(file, fields, inputs, at) : other(file, at, path, report);
}

function readArtifact(
  file: string,
  fields: ConfigFields,
  inputs: TriggerInputs,
  at: YamlNode,
): TriggerInclude | undefined {
  const job = fields.text("job");
  if (job === undefined) {
    return fields.refuseAll("config must specify the job where to fetch the artifact from", at);
  }
  return { kind: "artifact", file, job, inputs, at: spanOf(at) };
}

function local(file: string, at: YamlNode, inputs: TriggerInputs): TriggerInclude {
  return { kind: "local", file, inputs, at: spanOf(at) };
}

function other(text: string, at: YamlNode, path: string, report: Report): TriggerInclude {
  report.ignored("trigger:include from elsewhere", path, at, "a child pipeline needs files of this repository");
  return { kind: "other", text, at: spanOf(at) };
}

function readInputs(mapping: YamlMapping, path: string, report: Report): TriggerInputs {
  const value = valueOf(mapping, "inputs");
  const fields = value && fieldsOf(value, `${path}:inputs`, CODE, report);
  if (fields === undefined) return new Map();
  const given = [...fields.mapping.entries].filter(([, entry]) => !isNull(entry.value));
  return new Map(given.map(([name, entry]) => [name, toInput(entry.value)]));
}

function toInput(value: YamlNode): TriggerInput {
  if (value.kind === "scalar") return isNull(value) ? null : scalarInput(value);
  if (value.kind === "sequence") return value.items.map(toInput);
  return Object.fromEntries([...value.entries].map(([name, entry]) => [name, toInput(entry.value)]));
}

function scalarInput(value: YamlScalar): TriggerInput {
  const { type, text } = psychValue(value);
  if (type === "boolean") return text === "true";
  return type === "integer" || type === "float" ? Number(text) : value.text;
}
