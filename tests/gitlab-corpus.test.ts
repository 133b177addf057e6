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

  test("nearly all of them are accepted", () => {
    const findings = new Map<string, number>();
    const refused: string[] = [];
    for (const name of names) {
      const { diagnostics } = compileGitlab(readFileSync(join(FOLDER, name), "utf8"));
      for (const { severity, code } of diagnostics) {
        findings.set(`${severity} ${code}`, (findings.get(`${severity} ${code}`) ?? 0) + 1);
      }
      if (diagnostics.some(({ severity }) => severity === "error")) refused.push(name);
    }
    expect(refused.length, JSON.stringify(Object.fromEntries(findings))).toBeLessThanOrEqual(names.length * 0.05);
  });

  /** What GitLab refuses in them, and why. */
  const refused: Readonly<Record<string, readonly string[]>> = {
    // A job's stage is not in the file's own list.
    "BriqueAuBob__robotio-backend.yml": ["unknown-stage"],
  };

  test.each(names)(
    "%s: what it includes is told once each and hides nothing; other errors are GitLab's too",
    (name) => {
      const text = readFileSync(join(FOLDER, name), "utf8");
      const elsewhere = { kind: "failed", failure: { reason: "no-source" } } as const;
      const { diagnostics, pipeline } = compileGitlab(text, { files: {}, fetch: () => elsewhere });
      const includes = diagnostics.filter(({ code }) => code === "include-failed" || code === "include-not-read");
      expect(new Set(includes.map(({ at, message }) => `${at.line}:${at.column} ${message}`)).size).toBe(
        includes.length,
      );
      const errors = diagnostics.filter(({ severity, code }) => severity === "error" && code !== "include-failed");
      expect(errors.map(({ code }) => code)).toEqual(refused[name] ?? []);
      expect(pipeline).toBeDefined();
    },
  );
});
