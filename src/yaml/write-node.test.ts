import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toSourceText } from "../text/source-text.ts";
import { psychText, psychValue } from "./psych-scalar.ts";
import { readYaml } from "./read-yaml.ts";
import { writeNode } from "./write-node.ts";
import { mappingOf, type YamlEntry, type YamlMapping, type YamlNode, type YamlScalar } from "./yaml-node.ts";

const OPTIONS = {
  localTags: new Set(["!reference"]),
  limits: { maxBytes: 1_000_000, maxNodes: 100_000, maxDepth: 100 },
  scalars: { toKey: psychText, findProblem: () => undefined },
};

function read(text: string): YamlMapping {
  const [root] = readYaml(toSourceText("f.yml", text), OPTIONS).documents;
  if (root?.kind !== "mapping") throw new Error(`no mapping: ${text}`);
  return root;
}

/** What a tree is to Ruby's reader. */
function meaningOf(node: YamlNode): unknown {
  if (node.kind === "scalar") return psychValue(node);
  const tag = node.tag ?? "";
  if (node.kind === "sequence") return [tag, ...node.items.map(meaningOf)];
  return [tag, ...[...node.entries].map(([name, { value }]) => [name, meaningOf(value)])];
}

describe("a tree as text (GY-64)", () => {
  test.each([
    "a: 012\nb: 0x1F\nc: 1:30\nd: 1.10\ne: yes\nf: ~\ng:\nh: 2024-01-01\n",
    'a: "012"\nb: "yes"\nc: ""\nd: "~"\ne: "2024-01-01"\nf: "a: b"\ng: "#"\nh: "- x"\ni: "<<"\n',
    "a: !!str 12\nb: !!int '3'\nc: !!binary aGFsbG8=\n",
    'a: |\n  one\n   two\nb: >-\n  three\n  four\n\n  five\nc: |+\n  end\n\nd: "\\ttab \\u2028 \\x07 \\r\\n"\n',
    "x: &x {k: [1, 2]}\na: *x\nb: {<<: *x, l: 3}\n",
    "a: !reference [.x, script]\nb: [!reference [.y, z], {c: !reference [d]}]\n",
    "a: []\nb: {}\nc: [[], {}, [[1]]]\n1: one\ntrue: two\n'null': three\n",
  ])("%j reads as it did", (text) => {
    const root = read(text);
    expect(meaningOf(read(writeNode(root)))).toEqual(meaningOf(root));
  });

  test("any text survives, as key and as value", () => {
    const { source, offset } = read("a: b");
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.stringMatching(/^[-+.0-9a-z:#&*!|>%@`'"{}[\],?~=<\s]{0,12}$/),
    );
    const scalarOf = (text: string): YamlScalar => ({
      kind: "scalar",
      text,
      plain: false,
      tag: undefined,
      source,
      offset,
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(texts, texts), { minLength: 1 }), (pairs) => {
        const entries = new Map<string, YamlEntry>(
          pairs.map(([key, value]) => [key, { key: scalarOf(key), value: scalarOf(value) }]),
        );
        const root = mappingOf({ source, offset, tag: undefined }, entries);
        expect(meaningOf(read(writeNode(root)))).toEqual(meaningOf(root));
      }),
      { numRuns: 300 },
    );
  });
});
