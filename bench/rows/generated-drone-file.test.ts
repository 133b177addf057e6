import { describe, expect, test } from "vitest";
import { generatedDroneFile } from "./generated-drone-file.ts";

describe("the generated Drone file", () => {
  test("is as long as was asked for, and not longer by more than one document", () => {
    const lines = generatedDroneFile(3000).split("\n").length - 1;
    expect(lines).toBeGreaterThanOrEqual(3000);
    expect(lines).toBeLessThan(3100);
  });

  test("gives every document a name of its own", () => {
    const names = generatedDroneFile(3000).match(/^name: .*$/gm) ?? [];
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(50);
  });
});
