import { describe, expect, test } from "vitest";
import { didYouMean, NearestWords } from "./did-you-mean.ts";

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

test("many words are looked for in linear time: after fifty, nothing is near any more", () => {
  const near = new NearestWords(["build", "test"]);
  expect(near.find("biuld")).toBe("build");
  for (let index = 0; index < 100; index += 1) near.find(`unknown${index}`);
  expect(near.find("biuld")).toBe("build");
  expect(near.find("tets")).toBeUndefined();
});
