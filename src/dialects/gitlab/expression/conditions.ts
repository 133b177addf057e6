import type { Expression } from "./parse-expression.ts";
import { parseExpression } from "./parse-expression.ts";
import type { InvalidExpression } from "./tokens.ts";

/** Reads the conditions of one file; rules that many jobs share are read once. */
export class Conditions {
  readonly #read = new Map<string, Expression | InvalidExpression>();

  parse(text: string): Expression | InvalidExpression {
    const known = this.#read.get(text);
    if (known !== undefined) return known;
    const expression = parseExpression(text);
    this.#read.set(text, expression);
    return expression;
  }
}
