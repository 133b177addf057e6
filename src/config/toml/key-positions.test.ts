import { expect, test } from "vitest";
import { findKeyPositions, type TomlPath } from "./key-positions.ts";

const text = `# settings
concurrent = 4
title = """
[not.a.table]
key = 1
"""

[[runners]]
  name = "first"   # a = "comment"
  [runners.kubernetes]
    image = 'x'
    list = [
      "a", # ]
      "b = c",
    ]
    table = { inner = 1 }
    "quoted.key" = 1
    a.b.c = 2

[[runners]]
[runners.kubernetes]
image = "y"
[[runners.kubernetes.volumes.empty_dir]]
name = "v"
`;

const positionOf = findKeyPositions(text);

test.each<[TomlPath, number, number]>([
  [["concurrent"], 2, 1],
  [["title"], 3, 1],
  [["runners", 0], 8, 1],
  [["runners", 0, "name"], 9, 3],
  [["runners", 0, "kubernetes", "image"], 11, 5],
  [["runners", 0, "kubernetes", "list"], 12, 5],
  [["runners", 0, "kubernetes", "table", "inner"], 16, 5],
  [["runners", 0, "kubernetes", "quoted.key"], 17, 5],
  [["runners", 0, "kubernetes", "a", "b", "c"], 18, 5],
  [["runners", 1, "kubernetes", "image"], 22, 1],
  [["runners", 1, "kubernetes", "volumes", "empty_dir", 0, "name"], 24, 1],
  [["runners", 1, "kubernetes", "unknown"], 21, 1],
  [["nothing"], 1, 1],
])("%j stands at %i:%i", (path, line, column) => {
  expect(positionOf(path)).toEqual({ line, column });
});

test.each(["", "a", "[", "= 1", "a = [", '"', "[a]]\n]", "\0"])("%j is looked through to its end", (odd) => {
  expect(findKeyPositions(odd)(["zzz"])).toEqual({ line: 1, column: 1 });
});
