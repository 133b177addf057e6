import { describe, expect, test } from "vitest";
import { type FileTree, findExisting } from "./file-tree.ts";

function treeOf(names: readonly string[]): FileTree {
  return {
    base: { kind: "work-tree" },
    nameOf: (path) => path,
    read: async () => ({ reason: "no-file" }),
    list: async () => names,
  };
}

describe("whether files exist (GY-165)", () => {
  const thousand = treeOf(Array.from({ length: 1000 }, (_, index) => `dir/${index}.txt`));
  const globs = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `none/*.${index}`);

  test.each([
    [["dir/7.txt"], { kind: "names", names: ["dir/7.txt"] }],
    [["dir/*9.txt"], { kind: "names", names: ["dir/9.txt"] }],
    [["dir"], { kind: "names", names: [] }],
    [globs(50), { kind: "names", names: [] }],
    [globs(51), { kind: "too-many" }],
    [[...globs(51), "dir/7.txt"], { kind: "names", names: ["dir/7.txt"] }],
    [Array.from({ length: 60 }, (_, index) => `none/${index}`), { kind: "names", names: [] }],
  ])("%j", async (patterns, answer) => {
    expect(await findExisting(thousand, patterns)).toEqual(answer);
  });
});
