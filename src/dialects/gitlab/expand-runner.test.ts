import { describe, expect, test } from "vitest";
import { expandRunner, referencedNames } from "./expand-runner.ts";

const VALUES: Readonly<Record<string, string>> = { A: "a", B: "$A", "B:-x": "odd", _1: "u" };

describe("the runner's expansion (GS-301, GY-105)", () => {
  test.each([
    ["$A-${A}", "a-a"],
    ["$B", "$A"],
    ["$Ax", ""],
    ["${A}x", "ax"],
    ["$_1", "u"],
    ["$$A", "$A"],
    ["$$$A", "$a"],
    ["${B:-x}", "odd"],
    ["${C:-x}", ""],
    ["a$", "a$"],
    ["$(id)", "$(id)"],
    ["$ A", "$ A"],
    ["$*$#$@$!$?$-$0$9|", "|"],
    ["$12", "2"],
    ["${}x", "x"],
    ["${A", "A"],
    ["${*}${$}", "$"],
    ["%A%", "%A%"],
    ["", ""],
  ])("%s is %j", (text, expected) => {
    expect(expandRunner(text, (name) => VALUES[name])).toBe(expected);
  });

  test("names are found without values", () => {
    expect(referencedNames("$A ${B} $$C %D% $A")).toEqual(["A", "B", "A"]);
  });
});
