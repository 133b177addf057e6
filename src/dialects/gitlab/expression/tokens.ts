// The words of a `rules:if`. They are tried in GitLab's order at each place, so that `"a"b` or `nullx` fall apart as there.

export type ExpressionToken =
  | { readonly kind: "open" | "close" | "not" | "and" | "or" | "null"; readonly offset: number }
  | { readonly kind: "compare"; readonly operator: CompareOperator; readonly offset: number }
  | { readonly kind: "boolean"; readonly value: boolean; readonly offset: number }
  /** `input`: `$[[ inputs.NAME ]]`. */
  | { readonly kind: "variable" | "string" | "input"; readonly text: string; readonly offset: number }
  | { readonly kind: "pattern"; readonly body: string; readonly flags: string; readonly offset: number };

export type CompareOperator = "==" | "!=" | "=~" | "!~";

/** Where a text stops being an expression. */
export interface InvalidExpression {
  readonly kind: "invalid";
  /** In the expression's text. */
  readonly offset: number;
  readonly hint?: string;
}

const MAX_TOKENS = 100;
const INPUT = /\$\[\[\s*inputs\.([\w-]+)\s*\]\]/y;
const VARIABLE = /\$(\w+)/y;
const STRING = /"([^"\n]*)"|'([^'\n]*)'/y;
/** The `/` that closes it may not stand behind a backslash. */
const PATTERN = /\/((?:[^/\\]|\\\/|\\(?!\/))+)\/([ismU]*)/y;
const WORDS: readonly (readonly [string, (offset: number) => ExpressionToken])[] = [
  ["null", (offset) => ({ kind: "null", offset })],
  ["true", (offset) => ({ kind: "boolean", value: true, offset })],
  ["false", (offset) => ({ kind: "boolean", value: false, offset })],
  ...(["==", "=~", "!=", "!~"] as const).map(
    (operator) => [operator, (offset: number): ExpressionToken => ({ kind: "compare", operator, offset })] as const,
  ),
  ["&&", (offset) => ({ kind: "and", offset })],
  ["||", (offset) => ({ kind: "or", offset })],
  ["!", (offset) => ({ kind: "not", offset })],
];

/** @source GY-168 */
export function readTokens(text: string): readonly ExpressionToken[] | InvalidExpression {
  const tokens: ExpressionToken[] = [];
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, at)) {
    const found = readToken(text, at);
    if (found === undefined) return invalidAt(text, at);
    tokens.push(found.token);
    if (tokens.length > MAX_TOKENS) return { kind: "invalid", offset: at, hint: `at most ${MAX_TOKENS} words` };
    at = found.end;
  }
  return tokens;
}

function readToken(text: string, at: number): { readonly token: ExpressionToken; readonly end: number } | undefined {
  if (text[at] === "(") return { token: { kind: "open", offset: at }, end: at + 1 };
  if (text[at] === ")") return { token: { kind: "close", offset: at }, end: at + 1 };
  const input = matchAt(INPUT, text, at);
  if (input !== null) return { token: { kind: "input", text: input[1] ?? "", offset: at }, end: at + input[0].length };
  const variable = matchAt(VARIABLE, text, at);
  if (variable !== null) {
    return { token: { kind: "variable", text: variable[1] ?? "", offset: at }, end: at + variable[0].length };
  }
  const string = matchAt(STRING, text, at);
  if (string !== null) {
    return { token: { kind: "string", text: string[1] ?? string[2] ?? "", offset: at }, end: at + string[0].length };
  }
  const pattern = matchAt(PATTERN, text, at);
  if (pattern !== null) {
    const [whole, body = "", flags = ""] = pattern;
    return { token: { kind: "pattern", body, flags, offset: at }, end: at + whole.length };
  }
  const word = WORDS.find(([one]) => text.startsWith(one, at));
  return word && { token: word[1](at), end: at + word[0].length };
}

function matchAt(expression: RegExp, text: string, at: number): RegExpExecArray | null {
  expression.lastIndex = at;
  return expression.exec(text);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text[at] ?? "")) at += 1;
  return at;
}

function invalidAt(text: string, offset: number): InvalidExpression {
  const hint = hintFor(text.slice(offset));
  return { kind: "invalid", offset, ...(hint === undefined ? {} : { hint }) };
}

function hintFor(rest: string): string | undefined {
  const braced = /^\$\{(\w+)\}/.exec(rest);
  if (braced !== null) return `write $${braced[1]}, without braces`;
  if (/^=(?![=~])/.test(rest)) return "compare with ==";
  if (/^&(?!&)/.test(rest)) return "and is &&";
  if (/^\|(?!\|)/.test(rest)) return "or is ||";
  if (/^[A-Za-z]/.test(rest)) return "put text in quotes, and a $ in front of a variable's name";
  return /^["']/.test(rest) ? "the quote is not closed" : undefined;
}
