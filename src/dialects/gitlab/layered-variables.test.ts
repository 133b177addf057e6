import { expect, test } from "vitest";
import type { Variables } from "../../model/variables.ts";
import { LayeredVariables } from "./layered-variables.ts";

function variables(values: Readonly<Record<string, string>>): Variables {
  const entries = Object.entries(values);
  return new Map(entries.map(([name, value]) => [name, { value, masked: false, isPublic: true, origin: "job" }]));
}

test("the upper layer hides the lower one, and each name comes once, in order", () => {
  const layered = new LayeredVariables(variables({ A: "low", B: "low" }), variables({ B: "high", C: "high" }));
  expect([...layered].map(([name, { value }]) => `${name}=${value}`)).toEqual(["A=low", "B=high", "C=high"]);
  expect([...layered.keys()]).toEqual(["A", "B", "C"]);
  expect([...layered.values()]).toHaveLength(3);
  expect(layered.size).toBe(3);
  expect(layered.get("B")?.value).toBe("high");
  expect(layered.has("D")).toBe(false);
  const seen: string[] = [];
  layered.forEach((_variable, name) => seen.push(name));
  expect(seen).toEqual(["A", "B", "C"]);
});
