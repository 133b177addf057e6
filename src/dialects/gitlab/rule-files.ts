// `changes` and `exists`: conditions on files.

import type { YamlNode } from "../../yaml/yaml-node.ts";
import { ConfigFields } from "./config-fields.ts";
import { checkKeys, nestedStringsOf, valueOf } from "./config-values.ts";
import type { PlacedText } from "./declarations.ts";
import { onlyKeys } from "./keywords.ts";
import type { Report } from "./report.ts";
import type { ChangesDeclaration, ExistsDeclaration } from "./rule-declarations.ts";

const CODE = "invalid-rules";
const CHANGES_KEYS = onlyKeys("paths compare_to");
const EXISTS_KEYS = onlyKeys("paths project ref");
const MAX_PATHS = 50;
const MAX_LEVELS = 10;

/** @source GY-159 */
export function readChanges(rule: ConfigFields, report: Report): ChangesDeclaration | undefined {
  const value = valueOf(rule.mapping, "changes");
  if (value === undefined) return undefined;
  const path = `${rule.path}:changes`;
  const fields = value.kind === "mapping" ? new ConfigFields(value, path, CODE, report) : undefined;
  if (fields === undefined) {
    const paths = readPaths(value, path, report);
    return paths && { paths, compareTo: undefined, at: value };
  }
  checkKeys(fields.mapping, CHANGES_KEYS, path, report);
  const paths = readPathsField(fields, report);
  return paths && { paths, compareTo: placed(fields, "compare_to"), at: value };
}

/** @source GY-165 */
export function readExists(rule: ConfigFields, report: Report): ExistsDeclaration | undefined {
  const value = valueOf(rule.mapping, "exists");
  if (value === undefined) return undefined;
  const path = `${rule.path}:exists`;
  const fields = value.kind === "mapping" ? new ConfigFields(value, path, CODE, report) : undefined;
  if (fields === undefined) {
    const paths = readPaths(value, path, report);
    return paths && { paths, project: undefined, ref: undefined, at: value };
  }
  checkKeys(fields.mapping, EXISTS_KEYS, path, report);
  const paths = readPathsField(fields, report);
  const project = placed(fields, "project");
  const ref = placed(fields, "ref");
  if (ref !== undefined && project === undefined) {
    fields.refuseAll("config contains disallowed keys: ref", ref.at, "ref: goes with project:");
  }
  return paths && { paths, project, ref, at: value };
}

function readPathsField(fields: ConfigFields, report: Report): readonly string[] | undefined {
  const value = valueOf(fields.mapping, "paths");
  if (value === undefined) return fields.refuse("paths", "can't be blank", fields.mapping);
  return readPaths(value, `${fields.path}:paths`, report);
}

function readPaths(value: YamlNode, path: string, report: Report): readonly string[] | undefined {
  const fail = (text: string, at: YamlNode = value): undefined => report.error({ code: CODE, path, text, at });
  if (value.kind !== "sequence") return fail("config should be an array or a hash");
  const paths = nestedStringsOf(value, MAX_LEVELS);
  if (paths === undefined) return fail("config should be an array of strings");
  if (paths.length <= MAX_PATHS) return paths;
  return fail(`config has too many entries (maximum ${MAX_PATHS})`, value.items[MAX_PATHS]);
}

function placed(fields: ConfigFields, key: string): PlacedText | undefined {
  const text = fields.text(key);
  const at = valueOf(fields.mapping, key);
  return text === undefined || at === undefined ? undefined : { text, at };
}
