import { describe, expect, test } from "vitest";
import { commandsOf, compileGitlab, compileJob } from "../../../tests/compile-gitlab.ts";

/** A chain of so many references to references, from `.s1` down. */
function chainOf(levels: number, isReversed = false): string {
  const entries = Array.from({ length: levels }, (_, n) => `.s${n + 1}: {script: !reference [.s${n}, script]}`);
  return [
    ".s0: {script: [end]}",
    ...(isReversed ? entries.toReversed() : entries),
    `J: {image: i, script: !reference [.s${levels}, script]}`,
    "",
  ].join("\n");
}

describe("references to references (GY-41)", () => {
  test("ten levels", () => {
    expect(commandsOf(compileJob(chainOf(9), "J"))).toEqual(["end"]);
  });

  test("eleven are too many", () => {
    const { diagnostics } = compileGitlab(chainOf(10));
    expect(diagnostics.map(({ severity, message }) => `${severity} ${message}`)).toEqual([
      'error !reference [".s10", "script"] is nested too deep',
    ]);
    expect(compileGitlab(chainOf(10, true)).diagnostics.map(({ message }) => message)).toEqual([
      '!reference [".s10", "script"] is nested too deep',
    ]);
  });

  test("thousands end neither our stack nor our patience", () => {
    expect(compileGitlab(chainOf(5000, true)).diagnostics.length).toBeGreaterThan(0);
  });

  test("one that is found in another file, and refers back into this one (GY-43)", () => {
    const files = { "a.yml": ".far: {script: [!reference [.near, script], far]}\n" };
    const text = "include: a.yml\n.near: {script: [near]}\nJ: {image: i, script: [!reference [.far, script]]}\n";
    expect(commandsOf(compileJob(text, "J", { files }))).toEqual(["near", "far"]);
  });

  test("include is read before any of them (GY-43)", () => {
    const { diagnostics } = compileGitlab(
      ".x: {files: [a.yml]}\ninclude: !reference [.x, files]\nJ: {image: i, script: s}\n",
    );
    expect(diagnostics).toMatchObject([
      { severity: "error", hint: "include is read before any !reference; write the files here" },
    ]);
  });
});
