import type { YamlMapping, YamlNode } from "../../../yaml/yaml-node.ts";
import type { FileBase } from "../../files.ts";
import { ConfigFields } from "../config-fields.ts";
import { checkKeys, scalarTextOf, stringOf, valueOf } from "../config-values.ts";
import type { FileConditions } from "../decisions/file-conditions.ts";
import { evaluateExpression } from "../expression/evaluate-expression.ts";
import { parseExpression } from "../expression/parse-expression.ts";
import { INCLUDE_RULE_KEYS } from "../keywords.ts";
import type { Report } from "../report.ts";
import { readChanges, readExists } from "../rule-files.ts";
import type { IncludeScope } from "./include-scope.ts";

export interface RuleFacts {
  readonly scope: IncludeScope;
  readonly files: FileConditions;
  /** Where the file that includes stands: `exists` looks at its project (GY-167). */
  readonly base: FileBase;
}

const MAX_LEVELS = 10;
const PATH = "include:rules";

/**
 * Whether the rules of an include let it in: the first that holds decides, and none keeps it out.
 *
 * @source GY-56
 */
export function admitsInclude(rules: YamlNode, facts: RuleFacts, report: Report): boolean {
  if (rules.kind !== "sequence") {
    const text = "should be an array containing hashes and arrays of hashes";
    report.whole("error", { code: "invalid-include", path: "include:rules", text: `include:rules ${text}`, at: rules });
    return false;
  }
  // Every rule is looked at, so that what is wrong with one is told whatever the others decide.
  const verdicts = flatten(rules, MAX_LEVELS).map((rule) => judge(rule, facts, report));
  return verdicts.find((verdict) => verdict !== undefined) ?? false;
}

function flatten(node: YamlNode, levels: number): readonly YamlNode[] {
  if (node.kind !== "sequence" || levels === 0) return [node];
  return node.items.flatMap((item) => flatten(item, levels - 1));
}

/** @returns undefined when the rule does not hold. */
function judge(rule: YamlNode, facts: RuleFacts, report: Report): boolean | undefined {
  const path = "include:rules:rule";
  if (rule.kind !== "mapping") {
    report.error({ code: "invalid-include", path, text: "config should be a hash", at: rule });
    return undefined;
  }
  checkKeys(rule, INCLUDE_RULE_KEYS, path, report);
  const when = readWhen(rule, report);
  const fields = new ConfigFields(rule, path, "invalid-include", report);
  const holds = [ifHolds(rule, facts, report), changesHold(fields, facts, report), existsHolds(fields, facts, report)];
  return holds.every(Boolean) ? when : undefined;
}

function readWhen(rule: YamlMapping, report: Report): boolean {
  const value = valueOf(rule, "when");
  if (value === undefined) return true;
  const text = scalarTextOf(value);
  if (text !== "always" && text !== "never") {
    const hint = "always or never";
    report.error({
      code: "invalid-include",
      path: "include:rules:rule",
      text: `when unknown value: ${text ?? "a list or a mapping"}`,
      at: value,
      hint,
    });
  }
  return text !== "never";
}

function ifHolds(rule: YamlMapping, { scope }: RuleFacts, report: Report): boolean {
  const value = valueOf(rule, "if");
  if (value === undefined) return true;
  const expression = parseExpression(stringOf(value) ?? "");
  if (expression.kind !== "invalid") {
    return evaluateExpression(expression, { variable: (name) => scope.valueOf(name) });
  }
  report.error({
    code: "invalid-expression",
    path: "include:rules:rule",
    text: "if Invalid expression syntax",
    at: value,
    hint: expression.hint,
  });
  return false;
}

/** @source GY-159 to GY-164 */
function changesHold(fields: ConfigFields, { scope, files }: RuleFacts, report: Report): boolean {
  if (valueOf(fields.mapping, "changes") === undefined) return true;
  const declared = readChanges(fields, report);
  return declared !== undefined && files.changes(declared, PATH, scope.forRules).holds;
}

/** @source GY-165 to GY-167 */
function existsHolds(fields: ConfigFields, { scope, files, base }: RuleFacts, report: Report): boolean {
  if (valueOf(fields.mapping, "exists") === undefined) return true;
  const declared = readExists(fields, report);
  if (declared === undefined) return false;
  const paths = declared.paths.map((path) => path.replace(/^\/+/, ""));
  return files.exists({ ...declared, paths }, PATH, scope.forRules, base).holds;
}
