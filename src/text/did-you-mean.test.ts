import { describe, expect, test } from "vitest";
import { didYouMean } from "./did-you-mean.ts";

describe("the word somebody meant", () => {
  test.each([
    ["scirpt", ["stage", "script", "services"], "script"],
    ["servces", ["stage", "script", "services"], "services"],
    ["Test", ["build", "test"], "test"],
    ["tset", ["build", "test"], "test"],
    ["deploy-prod", ["deploy", "deploy-production", "deploy-prd"], "deploy-prd"],
    ["xyz", ["build", "test"], undefined],
    ["a", ["b", "c"], undefined],
    ["build", ["build"], undefined],
  ])("%s among %j is %s", (word, known, expected) => {
    expect(didYouMean(word, known)).toBe(expected);
  });
});
