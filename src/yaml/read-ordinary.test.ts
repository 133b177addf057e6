import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toSourceText } from "../text/source-text.ts";
import { readDocuments } from "./read-documents.ts";
import { readOrdinary } from "./read-ordinary.ts";
import { type BuildOptions, TreeBuilder } from "./tree-builder.ts";
import type { YamlNode } from "./yaml-node.ts";

const OPTIONS: BuildOptions = {
  localTags: new Set(["!reference"]),
  maxNodes: 100_000,
  scalars: { toKey: (key) => key.text, findProblem: () => undefined },
};

/** Everything a reader decides: kinds, texts, tags, positions. What is not there has no place to compare. */
function shapeOf(node: YamlNode | undefined): unknown {
  if (node === undefined) return undefined;
  if (node.kind === "scalar" && node.plain && node.text === "") return ["empty", node.tag];
  if (node.kind === "scalar") return [node.text, node.plain, node.tag, node.offset];
  if (node.kind === "sequence") return [node.tag, node.offset, node.items.map(shapeOf)];
  const entries = [...node.entries].map(([name, { key, value }]) => [name, shapeOf(key), shapeOf(value)]);
  return { tag: node.tag, offset: node.offset, entries };
}

function readFast(text: string): YamlNode | undefined {
  return readOrdinary(new TreeBuilder(toSourceText("x.yml", text), OPTIONS));
}

function readFull(text: string): ReturnType<typeof readDocuments> {
  return readDocuments(toSourceText("x.yml", text), OPTIONS);
}

const ORDINARY: readonly string[] = [
  "a: 1\nb: [x, 'y z', \"w\"]\n",
  "---\n# comment\na:\n  - b\n  -  c: d\n     e: f\n  - - g\n    - h\n",
  "a:\n- b\n- c\nd: e # comment\n",
  "a: |\n  one\n   two\n\n  three\n\nb: >-\n  folded\n  text\n\n  more\nc: |+\n  kept\n\n\nd: x\n",
  "a: plain\n  goes on\n\n  after a blank\nb: 'quoted\n  goes on'\n",
  "a: &x {k: v, l: [m, n]}\nb: *x\nc:\n  <<: *x\n  o: p\n",
  "a: &x\n  - 1\nb: &y\n- 2\nc: &z text\n",
  "a: !reference [.b, script]\nb:\n  - !reference [.c, d]\n  - e\n",
  "a:\nb:\n  c:\n  d:\n",
  "a: \"tab\\tand \\u00e9\"\nb: 'it''s'\nc: a \"quoted\" word\n",
  "http://x: y:z\nkey with spaces: https://host:80/path?a=b#c\n",
  "a: [\n  b,\n  c, # comment\n]\nd: {\n  e: f,\n  g: {h: i},\n}\n",
  'a: {"b":c, d: , e}\n',
  "  a: 1\n  b: 2\n",
  "a: -1\nb: - x\nc: ?x\n".replace("b: - x\n", ""),
  "é: ü\n日本: 語\n",
];

describe("the fast reader", () => {
  test.each(ORDINARY)("gives what the full parser gives: %j", (text) => {
    const full = readFull(text);
    expect(full.diagnostics).toEqual([]);
    expect(shapeOf(readFast(text))).toEqual(shapeOf(full.documents[0]));
  });

  test.each([
    ["two documents", "a: 1\n---\nb: 2\n"],
    ["a directive", "%YAML 1.1\n---\na: 1\n"],
    ["an explicit key", "? a\n: b\n"],
    ["a tab for indentation", "a:\n\tb: c\n"],
    ["nested mappings in one line", "a: b: c\n"],
    ["bad indentation", "a:\n    b: 1\n  c: 2\n"],
    ["an open bracket", "a: [b\n"],
    ["an open quote", 'a: "b\n'],
    ["a reserved character", "a: @b\n"],
    ["a list in a line with a key", "a: - b\n"],
    ["an indentation indicator", "a: |2\n   b\n"],
    ["text after a quoted text", 'a: "b" c\n'],
    ["a tag it does not know by form", "a: !<tag:x> b\n"],
    ["nothing", ""],
  ])("leaves %s to the full parser", (_name, text) => {
    expect(readFast(text)).toBeUndefined();
  });

  test("gives what the full parser gives, or leaves it alone, whatever the text", () => {
    const piece = fc.constantFrom(
      ...["a", "b c", "key: ", "x: y", "- ", "\n", "\n  ", "\n    ", "\n- ", ": ", "[", "]", "{", "}", ", ", "'", '"'],
      ...[
        "|\n",
        ">-\n",
        "&a ",
        "*a",
        "!reference ",
        "# c",
        " # c",
        "<<: *a",
        "---\n",
        "\t",
        "?",
        "%",
        "é",
        "\\n",
        "''",
      ],
      ...["\n\n", "1", "~", "-", ":", "|+\n  x\n\n", "- - ", "- k: v\n  l: w\n", "k:\n  - v\n", "k: |\n  t\n   u\n"],
    );
    const text = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(text, (yaml) => {
        const fast = readFast(yaml);
        if (fast === undefined) return;
        const full = readFull(yaml);
        if (full.documents.length > 0) expect(shapeOf(fast)).toEqual(shapeOf(full.documents[0]));
      }),
      { numRuns: 3000 },
    );
  });
});
