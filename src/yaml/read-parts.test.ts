import { describe, expect, test } from "vitest";
import { toSourceText } from "../text/source-text.ts";
import { readDocuments } from "./read-documents.ts";
import { readParts } from "./read-parts.ts";
import type { BuildOptions } from "./tree-builder.ts";
import { spanOf, type YamlNode } from "./yaml-node.ts";

const OPTIONS: BuildOptions = {
  localTags: new Set(),
  maxNodes: 10_000,
  scalars: { toKey: (key) => key.text, findProblem: () => undefined },
};

function shapeOf(node: YamlNode): unknown {
  if (node.kind === "scalar") return [node.text, spanOf(node).line, spanOf(node).column];
  if (node.kind === "sequence") return node.items.map(shapeOf);
  return [...node.entries].map(([name, { value }]) => [name, shapeOf(value)]);
}

describe("several documents", () => {
  test.each([
    "---\na: 1\n---\nb: [x, y]\n",
    "a: 1\n---\nb:\n  - c: |\n      text\n      more\n---\n",
    "# first\n---\n# what\na: &x {b: c}\n--- # second\nd: e\n  \n",
    "---\n\n\nkey: value\n",
  ])("%j is the same to the full parser, places too", (text) => {
    const source = toSourceText("f.yml", text);
    const parts = readParts(source, OPTIONS);
    const full = readDocuments(source, OPTIONS).documents.filter((one) => one.kind !== "scalar" || one.text !== "");
    expect(parts?.documents.map(shapeOf)).toEqual(full.map(shapeOf));
  });

  test.each([
    "a: 1\n",
    "a: 1\n...\n---\nb: 1\n",
    "%YAML 1.1\n---\na: 1\n",
    "a: [\n---\nb: 1\n",
    "--- text\n---\na: 1\n",
  ])("%j is left to the full parser", (text) => {
    expect(readParts(toSourceText("f.yml", text), OPTIONS)).toBeUndefined();
  });

  test("an anchor ends with its document", () => {
    const parts = readParts(toSourceText("f.yml", "a: &x 1\n---\nb: *x\n"), OPTIONS);
    expect(parts?.builders[1]?.diagnostics[0]?.message).toBe("Unknown alias: x");
  });
});
