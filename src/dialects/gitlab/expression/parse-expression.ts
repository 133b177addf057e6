import { compileRe2, type Re2 } from "../../../text/re2.ts";
import { type CompareOperator, type ExpressionToken, type InvalidExpression, readTokens } from "./tokens.ts";

/** A `rules:if`, read. */
export type Expression =
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "input"; readonly name: string }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "pattern"; readonly body: string; readonly regex: Re2 }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "null" }
  | { readonly kind: "not"; readonly operand: Expression }
  | {
      readonly kind: "compare";
      readonly operator: CompareOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "and" | "or"; readonly left: Expression; readonly right: Expression };

/** @source GY-169, GY-170 */
export function parseExpression(text: string): Expression | InvalidExpression {
  const tokens = readTokens(text);
  return isInvalid(tokens) ? tokens : new ExpressionParser(tokens, text.length).parse();
}

function isInvalid(value: readonly ExpressionToken[] | InvalidExpression): value is InvalidExpression {
  return "kind" in value;
}

/** `/body/flags` as a whole text: the value of a variable that is to be matched against. @source GY-173, GY-250 */
export function parsePattern(text: string): Re2 | undefined {
  const match = /^\/(.+)\/([ismU]*)$/s.exec(text);
  return match === null ? undefined : compilePattern(match[1] ?? "", match[2] ?? "");
}

function compilePattern(body: string, flags: string): Re2 | undefined {
  return compileRe2(body.replaceAll("\\/", "/"), flags);
}

/** Thrown and caught in this file. */
class NoExpression extends Error {
  readonly invalid: InvalidExpression;
  constructor(invalid: InvalidExpression) {
    super();
    this.invalid = invalid;
  }
}

class ExpressionParser {
  readonly #tokens: readonly ExpressionToken[];
  readonly #end: number;
  #next = 0;

  constructor(tokens: readonly ExpressionToken[], end: number) {
    this.#tokens = tokens;
    this.#end = end;
  }

  parse(): Expression | InvalidExpression {
    try {
      const expression = this.#or();
      return this.#next === this.#tokens.length ? expression : this.#fail();
    } catch (error) {
      if (error instanceof NoExpression) return error.invalid;
      throw error;
    }
  }

  #or(): Expression {
    let left = this.#and();
    while (this.#takeIf("or") !== undefined) left = { kind: "or", left, right: this.#and() };
    return left;
  }

  #and(): Expression {
    let left = this.#comparison();
    while (this.#takeIf("and") !== undefined) left = { kind: "and", left, right: this.#comparison() };
    return left;
  }

  #comparison(): Expression {
    let left = this.#unary();
    for (let token = this.#takeIf("compare"); token !== undefined; token = this.#takeIf("compare")) {
      left = { kind: "compare", operator: token.operator, left, right: this.#unary() };
    }
    return left;
  }

  #unary(): Expression {
    return this.#takeIf("not") === undefined ? this.#primary() : { kind: "not", operand: this.#unary() };
  }

  #primary(): Expression {
    const token = this.#tokens[this.#next];
    if (token === undefined) return this.#fail("something is missing here");
    this.#next += 1;
    switch (token.kind) {
      case "variable":
        return { kind: "variable", name: token.text };
      case "input":
        return { kind: "input", name: token.text };
      case "string":
        return { kind: "string", text: token.text };
      case "boolean":
        return { kind: "boolean", value: token.value };
      case "null":
        return { kind: "null" };
      case "pattern":
        return this.#pattern(token);
      case "open": {
        const inner = this.#or();
        return this.#takeIf("close") === undefined ? this.#fail("a bracket is not closed") : inner;
      }
      default:
        this.#next -= 1;
        return this.#fail();
    }
  }

  #pattern(token: Extract<ExpressionToken, { kind: "pattern" }>): Expression {
    const regex = compilePattern(token.body, token.flags);
    if (regex !== undefined) return { kind: "pattern", body: token.body, regex };
    this.#next -= 1;
    return this.#fail("RE2 has no such pattern: it knows no lookahead, lookbehind or back reference");
  }

  #takeIf<K extends ExpressionToken["kind"]>(kind: K): Extract<ExpressionToken, { kind: K }> | undefined {
    const token = this.#tokens[this.#next];
    if (token === undefined || !isOfKind(token, kind)) return undefined;
    this.#next += 1;
    return token;
  }

  #fail(hint?: string): never {
    const offset = this.#tokens[this.#next]?.offset ?? this.#end;
    throw new NoExpression({ kind: "invalid", offset, ...(hint === undefined ? {} : { hint }) });
  }
}

function isOfKind<K extends ExpressionToken["kind"]>(
  token: ExpressionToken,
  kind: K,
): token is Extract<ExpressionToken, { kind: K }> {
  return token.kind === kind;
}
