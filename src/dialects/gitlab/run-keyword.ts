import type { YamlNode } from "../../yaml/yaml-node.ts";
import { type ConfigFields, fieldsOf } from "./config-fields.ts";
import { checkKeys, scalarTextOf, valueOf } from "./config-values.ts";
import type { RunStep } from "./declarations.ts";
import { knownKeys } from "./keywords.ts";
import type { Report } from "./report.ts";

const KEYS = knownKeys("run");
const CODE = "invalid-run";
const NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Steps with a script of their own; those from elsewhere are refused, because nothing here could run them. @source GY-132 */
export function readRunSteps(value: YamlNode, path: string, report: Report): readonly RunStep[] | undefined {
  if (value.kind !== "sequence") {
    return report.error({ code: CODE, path, text: "config should be an array of hashes", at: value });
  }
  if (value.items.length === 0) return report.error({ code: CODE, path, text: "config can't be blank", at: value });
  return value.items.flatMap((item) => readStep(item, path, report) ?? []);
}

function readStep(value: YamlNode, path: string, report: Report): RunStep | undefined {
  const fields = fieldsOf(value, path, CODE, report);
  if (fields === undefined) return undefined;
  checkKeys(fields.mapping, KEYS, path, report);
  checkName(fields);
  const elsewhere = fields.mapping.entries.get("step") ?? fields.mapping.entries.get("func");
  if (elsewhere !== undefined) {
    const text = `steps are not supported: step "${scalarTextOf(elsewhere.value) ?? fields.text("name") ?? ""}"`;
    return report.whole("error", {
      code: "unsupported-step",
      path,
      text,
      at: elsewhere.value,
      hint: "a step with a script runs",
    });
  }
  const script = fields.text("script");
  if (script === undefined) {
    if (valueOf(fields.mapping, "script") === undefined) fields.refuseAll("config missing required keys: script");
    return undefined;
  }
  return { script, env: readEnv(fields, report) };
}

function checkName(fields: ConfigFields): void {
  const value = valueOf(fields.mapping, "name");
  const name = fields.text("name");
  if (value === undefined) fields.refuseAll("config missing required keys: name");
  else if (name !== undefined && !NAME.test(name)) {
    fields.refuse("name", "must contain only letters, digits and '_', and must not start with a digit", value);
  }
}

function readEnv(fields: ConfigFields, report: Report): ReadonlyMap<string, string> {
  const value = valueOf(fields.mapping, "env");
  const env = value && fieldsOf(value, `${fields.path}:env`, CODE, report);
  const entries = env === undefined ? [] : [...env.mapping.entries];
  return new Map(
    entries.flatMap(([name, entry]): [string, string][] => {
      const text = scalarTextOf(entry.value);
      if (text === undefined) env?.refuse(name, "should be a string", entry.value);
      return text === undefined ? [] : [[name, text]];
    }),
  );
}
