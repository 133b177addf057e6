import { describe, expect, test } from "vitest";
import type { Variable } from "../model/variables.ts";
import { ContainerEnv } from "./container-env.ts";

function variable(value: string): Variable {
  return { value, masked: false, isPublic: true, origin: "job" };
}

describe("a container's environment", () => {
  const env = new ContainerEnv(
    new Map([
      ["A", variable("one")],
      ["B", variable("")],
    ]),
  );

  test("has the variables' names and values, in their order", () => {
    const visited: string[] = [];
    env.forEach((value, name) => visited.push(`${name}=${value}`));
    expect(visited).toEqual(["A=one", "B="]);
    expect([...env]).toEqual([
      ["A", "one"],
      ["B", ""],
    ]);
    expect([[...env.keys()], [...env.values()], env.size]).toEqual([["A", "B"], ["one", ""], 2]);
  });

  test("tells an empty value from one that nobody set", () => {
    expect([env.get("B"), env.has("B")]).toEqual(["", true]);
    expect([env.get("C"), env.has("C")]).toEqual([undefined, false]);
  });
});
