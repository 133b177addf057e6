import { psychValue } from "../../yaml/psych-scalar.ts";
import { spanOf, type YamlEntry, type YamlMapping, type YamlNode } from "../../yaml/yaml-node.ts";
import { booleanOf, nestedStringsOf, scalarTextOf, stringOf } from "./config-values.ts";
import type { VariableDeclaration } from "./declarations.ts";
import { GLOBAL_VARIABLE_KEYS, JOB_VARIABLE_KEYS, type KnownKeys } from "./keywords.ts";
import type { Report } from "./report.ts";

/** The file's own `variables`. @source GY-80 to GY-85 */
export function readGlobalVariables(value: YamlNode, report: Report): readonly VariableDeclaration[] {
  noteNames(value, "variables", report);
  return readVariables(value, "variables", GLOBAL_VARIABLE_KEYS, report);
}

export function readJobVariables(value: YamlNode, path: string, report: Report): readonly VariableDeclaration[] {
  noteNames(value, path, report);
  return readVariables(value, path, JOB_VARIABLE_KEYS, report);
}

const SHELL_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Services get these too, `discovery.type` for one, and have a use for them. @source GY-80 */
function noteNames(value: YamlNode, path: string, report: Report): void {
  if (value.kind !== "mapping") return;
  for (const [name, { key }] of value.entries) {
    if (SHELL_NAME.test(name)) continue;
    const message = `variable "${name}" has a name that scripts cannot use: shells know letters, digits and _ only`;
    report.once({ severity: "note", code: "unusable-name", message, at: spanOf(key), path: `${path}:${name}` });
  }
}

/** Of a rule: only plain values. @source GY-82 */
export function readRuleVariables(value: YamlNode, path: string, report: Report): readonly VariableDeclaration[] {
  return readVariables(value, path, undefined, report);
}

/** Only plain values: `value:` and `expand:` are refused by GitLab here. @source GY-82 */
export function readServiceVariables(value: YamlNode, path: string, report: Report): readonly VariableDeclaration[] {
  return readVariables(value, path, undefined, report);
}

function readVariables(
  value: YamlNode,
  path: string,
  mappingKeys: KnownKeys | undefined,
  report: Report,
): readonly VariableDeclaration[] {
  if (value.kind !== "mapping") {
    report.error({
      code: "invalid-variables",
      path,
      text: "config should be a hash",
      at: value,
      hint: "write NAME: value",
    });
    return [];
  }
  const variables: VariableDeclaration[] = [];
  for (const [name, entry] of value.entries) {
    const variable = readVariable(name, entry, `${path}:${name}`, mappingKeys, report);
    if (variable !== undefined) variables.push(variable);
  }
  return variables;
}

function readVariable(
  name: string,
  entry: YamlEntry,
  path: string,
  mappingKeys: KnownKeys | undefined,
  report: Report,
): VariableDeclaration | undefined {
  const { key, value } = entry;
  const simple = simpleValue(value);
  if (simple?.includes("\0"))
    return report.error({ code: "invalid-variable", path, text: "config holds a NUL character", at: value });
  if (simple !== undefined) return { name, value: simple, raw: false, at: key };
  const word = booleanOf(value);
  if (word !== undefined) return acceptBoolean(name, word, entry, path, report);
  if (value.kind !== "mapping") {
    const hint = value.kind === "scalar" ? quoteHint(name, value.text) : "a variable holds one text";
    return report.error({
      code: "invalid-variable",
      path,
      text: "variable definition must be either a string or a hash",
      at: value,
      hint,
    });
  }
  if (mappingKeys === undefined)
    return report.error({ code: "invalid-variable", path, text: "config must be a string", at: value });
  return readMapping(name, key, value, path, mappingKeys, report);
}

/** GitLab's older releases refuse booleans, and files that are in use hold them: newer ones cannot. @source GY-92 */
function acceptBoolean(
  name: string,
  word: boolean,
  { key, value }: YamlEntry,
  path: string,
  report: Report,
): VariableDeclaration {
  report.whole("warning", {
    code: "boolean-variable",
    path,
    text: `${path} variable definition must be either a string or a hash: "${word}" is taken as text`,
    at: value,
    hint: quoteHint(name, String(word)),
  });
  return { name, value: String(word), raw: false, at: key };
}

function readMapping(
  name: string,
  at: YamlNode,
  mapping: YamlMapping,
  path: string,
  keys: KnownKeys,
  report: Report,
): VariableDeclaration | undefined {
  const unknown = [...mapping.entries.keys()].filter((key) => !keys.read.has(key));
  if (unknown.length > 0) {
    const first = mapping.entries.get(unknown[0] ?? "")?.key ?? mapping;
    const hint = `known here: ${[...keys.read].join(", ")}`;
    return report.error({
      code: "invalid-variable",
      path,
      text: `config uses invalid data keys: ${unknown.join(", ")}`,
      at: first,
      hint,
    });
  }
  const expand = mapping.entries.get("expand")?.value;
  if (expand !== undefined && booleanOf(expand) === undefined) {
    return report.error({
      code: "invalid-variable",
      path,
      text: "config expand should be a boolean value",
      at: expand,
    });
  }
  const description = mapping.entries.get("description")?.value;
  if (description !== undefined && scalarTextOf(description) === undefined) {
    return report.error({
      code: "invalid-variable",
      path,
      text: "config description must be an alphanumeric string",
      at: description,
    });
  }
  const valueNode = mapping.entries.get("value")?.value;
  const value = valueNode === undefined ? "" : simpleValue(valueNode);
  if (value === undefined) {
    return report.error({
      code: "invalid-variable",
      path,
      text: "config value must be a string",
      at: valueNode ?? mapping,
    });
  }
  if (!checkOptions(mapping, value, valueNode, path, report)) return undefined;
  return { name, value, raw: expand !== undefined && booleanOf(expand) === false, at };
}

/** @source GY-84 */
function checkOptions(
  mapping: YamlMapping,
  value: string,
  valueNode: YamlNode | undefined,
  path: string,
  report: Report,
): boolean {
  const node = mapping.entries.get("options")?.value;
  if (node === undefined) return true;
  const options = nestedStringsOf(node, 1);
  if (options === undefined) {
    report.error({ code: "invalid-variable", path, text: "config options should be an array of strings", at: node });
    return false;
  }
  if (options.includes(value)) return true;
  const hint = `one of: ${options.join(", ")}`;
  report.error({
    code: "invalid-variable",
    path,
    text: "config value must be present in options",
    at: valueNode ?? node,
    hint,
  });
  return false;
}

/** Strings and numbers; a number as Ruby prints it (GY-4, GY-81). */
function simpleValue(node: YamlNode): string | undefined {
  const text = stringOf(node);
  if (text !== undefined || node.kind !== "scalar") return text;
  const value = psychValue(node);
  return value.type === "integer" || value.type === "float" ? value.text : undefined;
}

function quoteHint(name: string, text: string): string {
  return text === "" ? `write ${name}: "" for an empty value` : `put it in quotes: ${name}: "${text}"`;
}
