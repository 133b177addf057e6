import { expect, test } from "vitest";
import { findMarkedEngine, formatEngineWords } from "./engine-words.ts";

test.each([
  ["docker", "docker"],
  ["kubernetes", "kubernetes"],
] as const)("%s is found again from its words", async (engine, name) => {
  expect(await findMarkedEngine(formatEngineWords("/project", { engine }))).toEqual({ name, section: undefined });
});

test("a settings file is named in full", () => {
  const words = formatEngineWords("/project", { engine: "kubernetes", config: "k.toml", runner: "a" });
  expect(JSON.parse(words)).toEqual({ engine: "kubernetes", config: "/project/k.toml", runner: "a" });
});

test.each(["", "{", "null", '["x"]', '{"engine":7}'])("%j is Docker: marks of before had no engine", async (words) => {
  expect(await findMarkedEngine(words)).toEqual({ name: "docker", section: undefined });
});
