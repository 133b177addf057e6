import type { YamlMapping, YamlNode } from "../../../yaml/yaml-node.ts";
import { checkKeys, nestedStringsOf, scalarTextOf, stringOf, valueOf } from "../config-values.ts";
import { evaluateExpression } from "../expression/evaluate-expression.ts";
import { parseExpression } from "../expression/parse-expression.ts";
import { INCLUDE_RULE_KEYS } from "../keywords.ts";
import type { Report } from "../report.ts";
import type { IncludeScope } from "./include-scope.ts";

export interface RuleFacts {
  readonly scope: IncludeScope;
  /** Whether a file fits one of the patterns. */
  readonly exists: (patterns: readonly string[]) => boolean;
}

const MAX_LEVELS = 10;

/**
 * Whether the rules of an include let it in: the first that holds decides, and none keeps it out.
 *
 * Nothing is known here of changed files, so that `changes` holds, as it does in GitLab without a diff (GY-162).
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
  const holds = [ifHolds(rule, facts, report), existsHolds(rule, facts, report)];
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

function existsHolds(rule: YamlMapping, { scope, exists }: RuleFacts, report: Report): boolean {
  const value = valueOf(rule, "exists");
  if (value === undefined) return true;
  const paths = value.kind === "mapping" ? valueOf(value, "paths") : value;
  const other = value.kind === "mapping" ? valueOf(value, "project") : undefined;
  if (other !== undefined) {
    report.notSupported("exists:project", "include:rules:rule:exists", other, "the rule holds");
    return true;
  }
  const patterns = paths === undefined ? undefined : nestedStringsOf(paths, MAX_LEVELS);
  if (patterns !== undefined) return exists(patterns.map((pattern) => scope.expandKnown(pattern).replace(/^\/+/, "")));
  report.error({
    code: "invalid-include",
    path: "include:rules:rule:exists",
    text: "config should be an array of strings",
    at: value,
  });
  return false;
}
