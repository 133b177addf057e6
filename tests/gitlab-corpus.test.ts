import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { explainUnplanned } from "../src/cli/explain-decision.ts";
import { withoutRunOnly } from "../src/cli/findings-to-tell.ts";
import { toIdleChoices } from "../src/cli/idle-choices.ts";
import type { Pipeline } from "../src/model/pipeline.ts";
import { planPipeline } from "../src/plan/plan-pipeline.ts";
import { toSourceText } from "../src/text/source-text.ts";
import { readDocuments } from "../src/yaml/read-documents.ts";
import { readOrdinary } from "../src/yaml/read-ordinary.ts";
import { type BuildOptions, TreeBuilder } from "../src/yaml/tree-builder.ts";
import { writeNode } from "../src/yaml/write-node.ts";
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

/** All of a pipeline but the places where it is written. */
function graphOf(pipeline: Pipeline | undefined): unknown {
  const withoutPlaces = (key: string, value: unknown): unknown =>
    key === "at" ? undefined : value instanceof Map ? [...value] : value;
  return JSON.parse(JSON.stringify(pipeline ?? null, withoutPlaces));
}

/** Files that GitLab itself refuses, and as what. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  "BriqueAuBob__robotio-backend.yml": ["unknown-stage"],
};

const CHOICES = toIdleChoices("lint", { mask: [] });

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

  test.each(names)("%s written out as one document is the same pipeline (GY-64)", (name) => {
    const { pipeline, document } = compileGitlab(readFileSync(join(FOLDER, name), "utf8"), { keepDocument: "whole" });
    if (pipeline === undefined || document === undefined) return;
    const again = compileGitlab(writeNode(document)).pipeline;
    expect(graphOf(again)).toEqual(graphOf(pipeline));
  });

  const counts = new Map<string, number>();

  test.each(names)("%s is refused only where GitLab refuses it, and what services its jobs have is known", (name) => {
    const { pipeline, diagnostics } = compileGitlab(readFileSync(join(FOLDER, name), "utf8"));
    const planned = pipeline === undefined ? undefined : planPipeline(pipeline, CHOICES);
    const told = [...diagnostics, ...withoutRunOnly(diagnostics, planned?.diagnostics ?? [])];
    const errors = new Set(told.filter(({ severity }) => severity === "error").map(({ code }) => code));
    expect([...errors]).toEqual(REFUSED[name] ?? []);
    for (const { severity, code } of told)
      counts.set(`${severity} ${code}`, (counts.get(`${severity} ${code}`) ?? 0) + 1);
    const plans = new Map(planned?.plan.jobs.map(({ plan }) => [plan.name, plan]));
    for (const job of pipeline?.jobs ?? []) {
      const found = plans.get(job.name)?.services.map(({ image }) => image.ref.text);
      const images = job.services.map(({ image }) => image.text);
      const explained = explainUnplanned(job, [])?.services.map(({ image }) => image);
      if (job.when !== "never") expect(found ?? explained ?? []).toEqual(images);
    }
  });

  test("what is told about them, on demand (OUTRIGGER_PRINT=1)", () => {
    const table = [...counts].toSorted(([a], [b]) => a.localeCompare(b)).map(([key, count]) => `${count}\t${key}`);
    if (process.env["OUTRIGGER_PRINT"] === "1") process.stdout.write(`${table.join("\n")}\n`);
    expect(table.length).toBeGreaterThan(0);
  });
});
