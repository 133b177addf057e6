import { describe, expect, test } from "vitest";
import { compileGitlab } from "../../../tests/compile-gitlab.ts";

const CODES = ["unreachable-job", "unreachable-rule", "need-left-out", "unset-variable"];

function findingsOf(text: string): readonly string[] {
  const { diagnostics } = compileGitlab(text);
  const found = diagnostics.filter(({ code }) => CODES.includes(code));
  return found.map(({ severity, code, at, message }) => `${severity} ${code} ${at.line} ${message}`);
}

const job = (name: string, rest: string): string => `${name}: {image: a, script: [b], ${rest}}\n`;

describe("what can never start", () => {
  test.each([
    [
      "every rule says never",
      "rules: [{if: $A, when: never}, {when: never}]",
      'unreachable-job 1 job "a" never starts',
    ],
    [
      "one without a condition says so first",
      "rules: [{when: never}, {if: $A}]",
      'unreachable-job 1 job "a" never starts',
    ],
    [
      "a rule behind one that always matches",
      "rules: [{when: always}, {if: $A}]",
      "unreachable-rule 1 jobs:a:rules[1] is never",
    ],
  ])("%s", (_title, rules, message) => {
    expect(findingsOf(job("a", rules)).join("\n")).toContain(`warning ${message}`);
  });

  test.each(["rules: [{if: $A, when: never}, {when: always}]", "rules: [{if: $A}]", "rules: [{changes: [x]}]"])(
    "nothing is said about %s",
    (rules) => expect(findingsOf(job("a", rules))).toEqual([]),
  );

  test("a workflow that makes no pipeline", () => {
    const text = `workflow:\n  rules:\n    - {when: never}\n${job("a", "retry: 1")}`;
    expect(findingsOf(text)).toEqual([expect.stringContaining("unreachable-job 3 no pipeline is ever made")]);
  });

  test("who needs such a job needs what GitLab will not find, unless it is optional (GY-200)", () => {
    const out = job("out", "rules: [{when: never}]");
    expect(findingsOf(out + job("b", "needs: [out]"))[1]).toContain("need-left-out 2 'b' job needs 'out' job");
    expect(findingsOf(out + job("b", "needs: [{job: out, optional: true}]"))).toHaveLength(1);
  });
});

describe("a variable that is used and never set", () => {
  test.each([
    ["in an image", job("a", "").replace("image: a", "image: 'app:v$TAG'")],
    ["in another variable", `variables: {URL: "x/$TAG"}\n${job("a", "retry: 1")}`],
    ["in a service's alias", job("a", 'services: [{name: pg, alias: "db$TAG"}]')],
    ["in the name of an environment", job("a", 'environment: "review/$TAG"')],
  ])("%s", (_title, text) => {
    expect(findingsOf(text)).toEqual([expect.stringMatching(/^warning unset-variable \d variable "TAG" is used/)]);
  });

  test.each([
    ["GitLab's own", job("a", 'environment: "$CI_PIPELINE_SOURCE/$CI_DEPLOY_USER"')],
    [
      "set for another job, or by a rule",
      job("a", 'environment: "$TAG$R"') + job("b", "variables: {TAG: x}, rules: [{if: $A, variables: {R: y}}]"),
    ],
    ["a value of the matrix", job("a", 'environment: "$TAG", parallel: {matrix: [{TAG: [x, y]}]}')],
    ["perhaps from a report", job("a", 'environment: "$TAG"') + job("b", "artifacts: {reports: {dotenv: x}}")],
    ["escaped, or not expanded", `variables: {U: "$$TAG", V: {value: "$TAG", expand: false}}\n${job("a", "retry: 1")}`],
    ["in a script", job("a", "").replace("[b]", "['echo $TAG']")],
  ])("nothing is said of one that is %s", (_title, text) => {
    expect(findingsOf(text)).toEqual([]);
  });

  test("it is told once, and not when it is given", () => {
    const text = `variables: {U: "$TAG", V: "$TAG"}\n${job("a", "retry: 1")}`;
    expect(findingsOf(text)).toHaveLength(1);
    const { diagnostics } = compileGitlab(text, { variables: { TAG: "1" } });
    expect(diagnostics.some(({ code }) => code === "unset-variable")).toBe(false);
  });
});
