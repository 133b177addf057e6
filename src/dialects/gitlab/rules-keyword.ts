import type { JobWhen } from "../../model/pipeline.ts";
import type { YamlNode } from "../../yaml/yaml-node.ts";
import { ConfigFields } from "./config-fields.ts";
import { checkKeys, isNull, stringOf, valueOf } from "./config-values.ts";
import type { Conditions } from "./expression/conditions.ts";
import { oddPartsOf } from "./expression/odd-parts.ts";
import { knownKeys } from "./keywords.ts";
import { readNeeds } from "./needs-keyword.ts";
import type { Report } from "./report.ts";
import type { ConditionDeclaration, RuleDeclaration } from "./rule-declarations.ts";
import { readChanges, readExists } from "./rule-files.ts";
import { readStartIn } from "./start-in.ts";
import { readRuleVariables } from "./variables-keyword.ts";

const KEYS = knownKeys("rules");
const CODE = "invalid-rules";
const INVALID = "Invalid expression syntax";
const MAX_LEVELS = 10;
const WORDS = [
  "on_success",
  "on_failure",
  "always",
  "never",
  "manual",
  "delayed",
] as const satisfies readonly JobWhen[];

/** @param path of the keyword: `jobs:test:rules`. @source GY-150, GY-151 */
export function readRules(
  value: YamlNode,
  path: string,
  conditions: Conditions,
  report: Report,
): readonly RuleDeclaration[] | undefined {
  const items = ruleItems(value, path, report);
  return items?.flatMap((item) => readRule(item, `${path}:rule`, conditions, report) ?? []);
}

/** The items of a list of rules, lists in it opened; undefined when it is no such list. */
export function ruleItems(value: YamlNode, path: string, report: Report): readonly YamlNode[] | undefined {
  const items = value.kind === "sequence" ? openLists(value.items, MAX_LEVELS) : undefined;
  const blank = items?.find(isNull);
  if (blank !== undefined) {
    const text = "config can't be blank";
    return report.error({ code: CODE, path: `${path}:rule`, text, at: blank, hint: "a rule says at least when:" });
  }
  if (items !== undefined) return items;
  const hint = value.kind === "mapping" ? 'each rule starts with "-"' : undefined;
  const text = "should be an array containing hashes and arrays of hashes";
  return report.error({ code: CODE, path, text, at: value, hint });
}

function openLists(items: readonly YamlNode[], levels: number): readonly YamlNode[] | undefined {
  if (!items.some((item) => item.kind === "sequence")) return items;
  if (levels === 0) return undefined;
  const opened: YamlNode[] = [];
  for (const item of items) {
    const inner = item.kind === "sequence" ? openLists(item.items, levels - 1) : [item];
    if (inner === undefined) return undefined;
    opened.push(...inner);
  }
  return opened;
}

/** The mapping of one rule; undefined when it is none. */
export function ruleFields(value: YamlNode, path: string, report: Report): ConfigFields | undefined {
  if (value.kind !== "mapping") {
    return report.error({ code: CODE, path, text: "config should be a hash", at: value });
  }
  if (value.entries.size === 0) return report.error({ code: CODE, path, text: "config can't be blank", at: value });
  return new ConfigFields(value, path, CODE, report);
}

function readRule(value: YamlNode, path: string, conditions: Conditions, report: Report): RuleDeclaration | undefined {
  const fields = ruleFields(value, path, report);
  if (fields === undefined) return undefined;
  checkKeys(fields.mapping, KEYS, path, report);
  const when = readRuleWhen(fields, WORDS);
  const needs = valueOf(fields.mapping, "needs");
  const start = valueOf(fields.mapping, "start_in");
  if (start !== undefined && when !== "delayed") {
    fields.refuseAll("config contains disallowed keys: start_in", start, "only with when: delayed");
  }
  return {
    condition: readCondition(fields, conditions),
    changes: readChanges(fields, report),
    exists: readExists(fields, report),
    when,
    startInSeconds: when === "delayed" ? readStartIn(fields, "can't be blank") : undefined,
    allowFailure: fields.flag("allow_failure"),
    variables: readVariables(fields, report),
    needs: needs && readNeeds(needs, `${path}:needs`, report),
    interruptible: fields.flag("interruptible"),
    at: value,
  };
}

/** Rules have words of their own for a wrong word. @source GY-154 */
export function readRuleWhen<W extends string>(fields: ConfigFields, words: readonly W[]): W | undefined {
  const value = valueOf(fields.mapping, "when");
  const text = value?.kind === "scalar" ? value.text : "";
  return fields.word("when", words, `unknown value: ${text}`);
}

/** @source GY-169, GY-178 */
export function readCondition(fields: ConfigFields, conditions: Conditions): ConditionDeclaration | undefined {
  const value = valueOf(fields.mapping, "if");
  return value && readExpression(fields, "if", value, conditions);
}

/** @param key the field it stands in. */
export function readExpression(
  fields: ConfigFields,
  key: string,
  value: YamlNode,
  conditions: Conditions,
): ConditionDeclaration | undefined {
  const text = stringOf(value);
  if (text === undefined) return fields.refuse(key, INVALID, value, undefined, "invalid-expression");
  const expression = conditions.parse(text);
  if (expression.kind !== "invalid") {
    for (const odd of oddPartsOf(expression)) fields.warn({ code: "odd-condition", ...odd, at: value });
    return { text, expression, at: value };
  }
  return fields.refuse(key, INVALID, value, expression.hint, "invalid-expression");
}

export function readVariables(fields: ConfigFields, report: Report): RuleDeclaration["variables"] {
  const value = valueOf(fields.mapping, "variables");
  return value === undefined ? [] : readRuleVariables(value, `${fields.path}:variables`, report);
}
