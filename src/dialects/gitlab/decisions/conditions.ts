import type { ConditionCheck, Operand } from "../../../model/decision.ts";
import { spanOf } from "../../../yaml/yaml-node.ts";
import { evaluateExpression, variablesOf } from "../expression/evaluate-expression.ts";
import type { ChangesDeclaration, ConditionDeclaration, RuleDeclaration } from "../rule-declarations.ts";
import type { FileConditions } from "./file-conditions.ts";
import { MASKED, type RuleScope } from "./rule-scope.ts";

/** What conditions are answered from. */
export interface Asking {
  /** `jobs:test:rules`. */
  readonly path: string;
  readonly scope: RuleScope;
  readonly files: FileConditions;
}

const SHOWN_PATHS = 3;

/**
 * The first rule all of whose conditions hold; a condition that a rule does not have holds.
 *
 * @param checks gets every condition that was looked at.
 * @source GY-152
 */
export function findRule<R extends Pick<RuleDeclaration, "condition" | "changes" | "exists">>(
  rules: readonly R[],
  asking: Asking,
  checks: ConditionCheck[],
  word = "rule",
): { readonly rule: R; readonly number: number } | undefined {
  const index = rules.findIndex((rule, at) => ruleHolds(rule, asking, `${word} ${at + 1}`, checks));
  const rule = rules[index];
  return rule && { rule, number: index + 1 };
}

function ruleHolds(
  rule: Pick<RuleDeclaration, "condition" | "changes" | "exists">,
  asking: Asking,
  of: string,
  checks: ConditionCheck[],
): boolean {
  const { condition, changes, exists } = rule;
  const add = (check: ConditionCheck): boolean => {
    checks.push(check);
    return check.holds;
  };
  if (condition !== undefined && !add(checkExpression(condition, of, asking))) return false;
  if (changes !== undefined && !add(checkChanges(changes, of, asking))) return false;
  if (exists === undefined) return true;
  const { holds, why } = asking.files.exists(exists, asking.path, asking.scope);
  return add({ of, text: `exists: ${shownPaths(exists.paths)}`, holds, operands: [], why, at: spanOf(exists.at) });
}

export function checkExpression(declared: ConditionDeclaration, of: string, { scope }: Asking): ConditionCheck {
  const { text, expression, at } = declared;
  return {
    of,
    text: `if: ${text}`,
    holds: evaluateExpression(expression, { variable: scope.valueOf }),
    operands: variablesOf(expression).map((name): Operand => ({ name, value: shownValue(name, scope) })),
    at: spanOf(at),
  };
}

export function checkChanges(
  declared: Pick<ChangesDeclaration, "paths" | "compareTo" | "at">,
  of: string,
  { path, scope, files }: Asking,
): ConditionCheck {
  const { holds, why } = files.changes(declared, path, scope);
  return { of, text: `changes: ${shownPaths(declared.paths)}`, holds, operands: [], why, at: spanOf(declared.at) };
}

function shownValue(name: string, scope: RuleScope): string | undefined {
  const value = scope.valueOf(name);
  return value !== undefined && scope.isMasked(name) ? MASKED : value;
}

function shownPaths(paths: readonly string[]): string {
  const rest = paths.length - SHOWN_PATHS;
  return paths.slice(0, SHOWN_PATHS).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
