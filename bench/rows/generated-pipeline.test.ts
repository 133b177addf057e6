import { describe, expect, test } from "vitest";
import { generatedFiles, generatedPipeline } from "./generated-pipeline.ts";

describe("the generated pipeline file", () => {
  test("has as many jobs as were asked for, each with a name of its own", () => {
    const names = generatedPipeline(2000).match(/^job-\d+:$/gm) ?? [];
    expect(new Set(names).size).toBe(2000);
  });

  test("is the same text every time", () => {
    expect(generatedPipeline(50)).toBe(generatedPipeline(50));
  });

  test("a smaller one is the beginning of a larger one, so that sizes can be compared", () => {
    expect(generatedPipeline(51).startsWith(generatedPipeline(50))).toBe(true);
  });

  test("the same jobs in several files, every tenth with a matrix", () => {
    const files = generatedFiles(200, 10, 10);
    const text = [...files.values()].join("\n");
    expect(files.size).toBe(11);
    expect(new Set(text.match(/^job-\d+:$/gm)).size).toBe(200);
    expect(text.match(/^ {4}matrix:$/gm)).toHaveLength(20);
  });
});
