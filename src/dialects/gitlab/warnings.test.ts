import { describe, expect, test } from "vitest";
import { compileGitlab, compileJob, valuesOf } from "../../../tests/compile-gitlab.ts";

function told(text: string, files?: Readonly<Record<string, string>>): readonly string[] {
  const { diagnostics } = compileGitlab(text, files === undefined ? {} : { files });
  return diagnostics.map(({ severity, code, at }) => `${severity} ${code} ${at.line}:${at.column}`);
}

const job = (rest: string): string => `J: {image: a, script: b${rest}}\n`;

describe("what GitLab takes, and what hardly means what was meant", () => {
  test.each([
    [
      "a shell's operator in a variable (GY-106)",
      `variables: {A: "\${B:-x}", B: c}\n${job("")}`,
      "shell-operator 1:13",
    ],
    ["in an image", job("").replace("a,", "'a:v${TAG:-1}',"), "shell-operator 1:12"],
    ["in a service's variable", job(", services: [{name: s, variables: {X: '${Y%z}'}}]"), "shell-operator 1:59"],
    ["a pattern of one character (GY-170)", job(", rules: [{if: '$A =~ /x/'}]"), "odd-condition 1:39"],
    ["a text behind =~ (GY-173)", job(", rules: [{if: '$A !~ \"x\"'}]"), "odd-condition 1:39"],
    ["a pattern in front of =~ (GY-177)", job(", rules: [{if: '/ab/ =~ $A'}]"), "odd-condition 1:39"],
    ["a pattern behind ==", job(", rules: [{if: '!($B && $A == /ab/)'}]"), "odd-condition 1:39"],
    ["of the workflow", `workflow: {rules: [{if: '$A =~ "x"'}]}\n${job("")}`, "odd-condition 1:25"],
    ["an empty list of rules (GY-150)", job(", rules: []"), "unreachable-job 1:26"],
    ["a boolean in a matrix (GY-229)", job(", parallel: {matrix: [{A: [true]}]}"), "boolean-variable 1:51"],
  ])("%s is a warning", (_name, text, expected) => {
    expect(told(text)).toEqual([`warning ${expected}`]);
  });

  test("a name of a variable that no shell has is one note, and services' own are none (GY-80)", () => {
    const text = `variables: {discovery.type: x}\n${job(", variables: {2B: x}, services: [{name: s, variables: {a.b: c}}]")}`;
    expect(told(text)).toEqual(["note unusable-name 1:13"]);
  });

  test.each([
    ["an operator in a script", "J: {image: a, script: 'echo ${A:-x}'}\n"],
    [
      "one that is escaped, or in a value that is not expanded",
      `variables: {A: "$\${B:-x}", B: {value: "\${C:-x}", expand: false}}\n${job("")}`,
    ],
    [
      "patterns in their place, and a pattern in quotes",
      job(", rules: [{if: '$A =~ /ab/ && $B !~ \"/ab/i\" && $A =~ $B'}]"),
    ],
  ])("nothing is said of %s", (_name, text) => {
    expect(told(text)).toEqual([]);
  });

  test("a job of an included file may be switched off by rules, and is then not unreachable", () => {
    const files = { "t.yml": "sast: {image: a, script: b, rules: [{if: $CI}]}\n" };
    expect(told(`include: t.yml\nsast: {rules: [{when: never}]}\n${job("")}`, files)).toEqual([]);
    expect(told(`include: t.yml\nsast: {rules: []}\n${job("")}`, files)).toEqual([]);
  });

  test("what many jobs share is told once", () => {
    const text = ".r: &r {image: a, script: b, rules: [{if: '$A =~ /x/'}]}\nJ: *r\nK: *r\n";
    expect(told(text)).toEqual(["warning odd-condition 1:43"]);
  });
});

test("inherit:variables holds for variables of the workflow's rules as well, as on GitLab (GY-30)", () => {
  const text = "variables: {A: g, B: g}\nworkflow: {rules: [{if: $CI, variables: {A: w, C: w}}]}\n";
  const valuesWith = (inherit: string): unknown => valuesOf(compileJob(text + job(inherit), "J").variables);
  expect(valuesWith("")).toEqual({ A: "w", B: "g", C: "w" });
  expect(valuesWith(", inherit: {variables: false}")).toEqual({});
  expect(valuesWith(", inherit: {variables: [A]}")).toEqual({ A: "w" });
});
