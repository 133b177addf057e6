import { describe, expect, test } from "vitest";
import { generatedPipeline } from "./generated-pipeline.ts";

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
});
