import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluateExpression, variablesOf } from "./evaluate-expression.ts";
import { parseExpression } from "./parse-expression.ts";

const VARIABLES: Readonly<Record<string, string>> = {
  A: "a",
  B: "b",
  EMPTY: "",
  BLANK: " ",
  TAG: "v1.2",
  BRANCH: "main",
  DEFAULT: "main",
  PATTERN: "/^V\\d/i",
  PATH: "a/b",
  TRUE: "true",
};

function evaluate(text: string): boolean | string {
  const expression = parseExpression(text);
  if (expression.kind === "invalid") return `invalid at ${expression.offset}`;
  return evaluateExpression(expression, { variable: (name) => VARIABLES[name] });
}

describe("what a rules:if gives (GY section 10.3)", () => {
  test.each([
    ["$A", true],
    ["$EMPTY", false],
    ["$BLANK", false],
    ["$NONE", false],
    ['$A == "a"', true],
    ["$A == 'a'", true],
    ['"a" == $A', true],
    ["$A != 'a'", false],
    ["$BRANCH == $DEFAULT", true],
    ['$EMPTY == ""', true],
    ["$EMPTY == null", false],
    ["$NONE == null", true],
    ['$NONE == ""', false],
    ["$NONE != null", false],
    ["$TAG =~ /^v\\d+/ && $TAG != null", true],
    ["$TAG =~ /^V/", false],
    ["$TAG =~ /^V/i", true],
    ["$TAG !~ /^V/", true],
    ["$NONE =~ /x/", false],
    ["$NONE =~ /^$/", true],
    ["$NONE !~ /x/", true],
    ["$PATH =~ /^a\\/b$/", true],
    ["$TAG =~ $PATTERN", true],
    ["$TAG =~ $NONE", false],
    ["$TAG !~ $NONE", true],
    ["$TAG =~ $A", false],
    ["$TAG =~ '1.'", true],
    ["$A == 'a' || ($A == 'b' && $NONE)", true],
    ["$A == 'x' || $A == 'a' && $B == 'b'", true],
    ["($A == 'x' || $A == 'a') && $B == 'x'", false],
    ["$EMPTY || $A", false],
    ["$EMPTY && $A", true],
    ["$NONE || $A", true],
    ["$NONE && $A", false],
    ["!$A", false],
    ["!$EMPTY", true],
    ["!!$A", true],
    ["!($A == 'b')", true],
    ["!$NONE && $A", true],
    ["$TRUE == 'true'", true],
    ["$TRUE == true", false],
    ["true", true],
    ["false", false],
    ["null", false],
    ["'x'", true],
    ["/x/ =~ $A", false],
    ["$A\n  == 'a'", true],
    ["$1", false],
  ])("%s is %s", (text, result) => {
    expect(evaluate(text)).toBe(result);
  });

  test.each([
    ["", 0],
    ["$A =", 3],
    ['$A = "b"', 3],
    ["${A}", 0],
    ['"a" "b"', 4],
    ["$A $B", 3],
    ["$A ==", 5],
    ["== $A", 0],
    ["($A", 3],
    ["$A)", 2],
    ["()", 1],
    ["$A && || $B", 6],
    ["$A & $B", 3],
    ["nullx", 4],
    ["abc", 0],
    ['"a', 0],
    ["$A =~ /x", 6],
    ["$A =~ /(?=x)/", 6],
    ["$A =~ /(/", 6],
    ["$A =~ //", 6],
    ["$A!", 2],
  ])("%s is no expression (GY-169)", (text, offset) => {
    expect(evaluate(text)).toBe(`invalid at ${offset}`);
  });

  test("more than 100 words are no expression (GY-168)", () => {
    const of = (count: number): string => Array.from({ length: count }, () => "$A").join(" && ");
    expect(evaluate(of(50))).toBe(true);
    expect(evaluate(of(51))).toMatch(/^invalid/);
  });

  test.each([
    ["${A} == 'x'", "without braces"],
    ["$A = 'x'", "=="],
    ["$A == x", "quotes"],
    ["$A =~ /(?!x)/", "RE2"],
  ])("the hint for %s says %s", (text, hint) => {
    expect(parseExpression(text)).toMatchObject({ kind: "invalid", hint: expect.stringContaining(hint) });
  });

  test("patterns that explode elsewhere take linear time (GY-170)", () => {
    const text = `${"a".repeat(20_000)}!`;
    const expression = parseExpression("$T =~ /^(a+)+$/");
    if (expression.kind === "invalid") throw new Error("no expression");
    expect(evaluateExpression(expression, { variable: () => text })).toBe(false);
  });

  test("inputs stand in for values", () => {
    const expression = parseExpression("$[[ inputs.env ]] == 'prod' && $[[inputs.on]]");
    if (expression.kind === "invalid") throw new Error("no expression");
    const input = (name: string): string | boolean => (name === "env" ? "prod" : true);
    expect(evaluateExpression(expression, { variable: () => undefined, input })).toBe(true);
  });

  test("the variables it looks at, each once", () => {
    const expression = parseExpression("!$A && ($B == $A || $C =~ /x/)");
    expect(expression.kind === "invalid" ? [] : variablesOf(expression)).toEqual(["A", "B", "C"]);
  });

  test("no text makes it throw or hang", () => {
    const piece = fc.constantFrom(
      "$A",
      '"x"',
      "'",
      "/a/",
      "==",
      "=~",
      "!",
      "&&",
      "||",
      "(",
      ")",
      " ",
      "null",
      "$[[",
      "\\",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 40 }), (pieces) => {
        evaluate(pieces.join(""));
      }),
    );
  });
});
