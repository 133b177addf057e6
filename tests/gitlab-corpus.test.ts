import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { toSourceText } from "../src/text/source-text.ts";
import { readDocuments } from "../src/yaml/read-documents.ts";
import { readOrdinary } from "../src/yaml/read-ordinary.ts";
import { type BuildOptions, TreeBuilder } from "../src/yaml/tree-builder.ts";
import type { YamlNode } from "../src/yaml/yaml-node.ts";
import { compileGitlab } from "./compile-gitlab.ts";

// Public pipeline files that lie beside the checkout on some machines; they are no part of this repository.
const FOLDER = resolve(import.meta.dirname, "../../shared/corpus/gitlab");
const names = existsSync(FOLDER) ? readdirSync(FOLDER) : [];

const OPTIONS: BuildOptions = {
  localTags: new Set(["!reference"]),
  maxNodes: 1_000_000,
  scalars: { toKey: (key) => key.text, findProblem: () => undefined },
};

function shapeOf(node: YamlNode): unknown {
  if (node.kind === "scalar") return [node.text, node.plain];
  if (node.kind === "sequence") return node.items.map(shapeOf);
  return [...node.entries].map(([name, { value }]) => [name, shapeOf(value)]);
}

describe.skipIf(names.length === 0)("pipeline files from public repositories", () => {
  test.each(names)("%s compiles, or is told what is wrong with it", (name) => {
    const { pipeline, diagnostics } = compileGitlab(readFileSync(join(FOLDER, name), "utf8"));
    expect(pipeline !== undefined || diagnostics.some(({ severity }) => severity === "error")).toBe(true);
  });

  test.each(names)("%s is the same to the fast reader and to the full parser", (name) => {
    const source = toSourceText(name, readFileSync(join(FOLDER, name), "utf8"));
    const fast = readOrdinary(new TreeBuilder(source, OPTIONS));
    const [full] = readDocuments(source, OPTIONS).documents;
    if (fast !== undefined && full !== undefined) expect(shapeOf(fast)).toEqual(shapeOf(full));
  });

  test("only what GitLab refuses is refused: a stage that does not exist", () => {
    const refused = names.flatMap((name) => {
      const { diagnostics } = compileGitlab(readFileSync(join(FOLDER, name), "utf8"));
      return diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => `${name}: ${code}`);
    });
    expect(refused).toEqual(["BriqueAuBob__robotio-backend.yml: unknown-stage"]);
  });
});
