import { assertNever } from "../../../text/assert-never.ts";
import type { Re2 } from "../../../text/re2.ts";
import { type Expression, parsePattern } from "./parse-expression.ts";

/** Undefined is null: a variable that nobody set. */
type Value = string | boolean | Re2 | undefined;

/** What an expression may look at. */
export interface ExpressionScope {
  readonly variable: (name: string) => string | undefined;
  /** Of `spec:inputs:rules` only. */
  readonly input?: (name: string) => string | boolean | undefined;
}

/**
 * Whether a condition holds. Inside of `&&` and `||` only null and `false` are false, an empty text is not; the result as
 * a whole is false when it is blank.
 *
 * @source GY-171 to GY-176
 */
export function evaluateExpression(expression: Expression, scope: ExpressionScope): boolean {
  return isPresent(valueOf(expression, scope));
}

/** Names of the variables it looks at, each once, in the order they stand there. */
export function variablesOf(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case "variable":
      return [expression.name];
    case "not":
      return variablesOf(expression.operand);
    case "compare":
    case "and":
    case "or":
      return [...new Set([...variablesOf(expression.left), ...variablesOf(expression.right)])];
    default:
      return [];
  }
}

function valueOf(expression: Expression, scope: ExpressionScope): Value {
  switch (expression.kind) {
    case "variable":
      return scope.variable(expression.name);
    case "input":
      return scope.input?.(expression.name);
    case "string":
      return expression.text;
    case "pattern":
      return expression.regex;
    case "boolean":
      return expression.value;
    case "null":
      return undefined;
    case "not":
      return !isPresent(valueOf(expression.operand, scope));
    case "and": {
      const left = valueOf(expression.left, scope);
      return isTruthy(left) ? valueOf(expression.right, scope) : left;
    }
    case "or": {
      const left = valueOf(expression.left, scope);
      return isTruthy(left) ? left : valueOf(expression.right, scope);
    }
    case "compare":
      return compare(expression, scope);
    default:
      return assertNever(expression);
  }
}

function compare(expression: Extract<Expression, { kind: "compare" }>, scope: ExpressionScope): boolean {
  const left = valueOf(expression.left, scope);
  const right = valueOf(expression.right, scope);
  switch (expression.operator) {
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    case "=~":
      return right !== undefined && matches(left, right);
    case "!~":
      return right === undefined || !matches(left, right);
    default:
      return assertNever(expression.operator);
  }
}

/** A text that is no pattern is looked for as it is. @source GY-173 */
function matches(left: Value, right: Exclude<Value, undefined>): boolean {
  if (typeof left === "object") return false;
  const text = left === undefined ? "" : String(left);
  if (typeof right === "object") return right.isFoundIn(text);
  const pattern = typeof right === "string" ? parsePattern(right) : undefined;
  return pattern === undefined ? text.includes(String(right)) : pattern.isFoundIn(text);
}

function isTruthy(value: Value): boolean {
  return value !== undefined && value !== false;
}

function isPresent(value: Value): boolean {
  return typeof value === "string" ? value.trim() !== "" : isTruthy(value);
}
