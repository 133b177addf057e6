import { expect, test } from "vitest";
import { findMarkedEngine, formatEngineWords, isSameEngine, placesInWords } from "./engine-words.ts";

test.each([
  ["docker", "docker"],
  ["kubernetes", "kubernetes"],
] as const)("%s is found again from its words", async (engine, name) => {
  expect(await findMarkedEngine(formatEngineWords("/project", { engine }))).toEqual({
    name,
    section: undefined,
    places: [],
  });
});

test("a settings file is named in full", () => {
  const words = formatEngineWords("/project", { engine: "kubernetes", config: "k.toml", runner: "a" });
  expect(JSON.parse(words)).toEqual({ engine: "kubernetes", config: "/project/k.toml", runner: "a" });
});

test.each(["", "{", "null", '["x"]', '{"engine":7}'])("%j is Docker: marks of before had no engine", async (words) => {
  expect(await findMarkedEngine(words)).toEqual({ name: "docker", section: undefined, places: [] });
});

test("places on an engine go along, and make no other engine of it", async () => {
  const words = formatEngineWords("/project", { engine: "kubernetes" }, ["team-a"]);
  expect(await findMarkedEngine(words)).toEqual({ name: "kubernetes", section: undefined, places: ["team-a"] });
  expect(placesInWords(words)).toEqual(["team-a"]);
  expect(placesInWords('{"places":[7,"x"]}')).toEqual(["x"]);
  expect(isSameEngine(words, formatEngineWords("/elsewhere", { engine: "kubernetes" }))).toBe(true);
  expect(isSameEngine(words, formatEngineWords("/project", { engine: "docker" }))).toBe(false);
  expect(isSameEngine(words, formatEngineWords("/project", { engine: "kubernetes", runner: "a" }))).toBe(false);
});
