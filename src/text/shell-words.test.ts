import { describe, expect, test } from "vitest";
import { splitShellWords } from "./shell-words.ts";

const cases: readonly (readonly [string, readonly string[] | undefined])[] = [
  ["redis-server --appendonly yes", ["redis-server", "--appendonly", "yes"]],
  ["  a   b\tc\n", ["a", "b", "c"]],
  ["sh -c 'echo \"hi\" there'", ["sh", "-c", 'echo "hi" there']],
  ['a "b c" d\\ e', ["a", "b c", "d e"]],
  ['"a\\"b" "c\\d"', ['a"b', "c\\d"]],
  ["--a='x'\"y\"z", ["--a=xyz"]],
  ["''", [""]],
  ["", []],
  ["a 'b", undefined],
  ['a "b', undefined],
  ["a \\", undefined],
];

describe("words of a command (DR-47, DR-60)", () => {
  test.each(cases)("%j", (text, words) => {
    expect(splitShellWords(text)).toEqual(words);
  });
});
