import { describe, expect, test } from "vitest";
import { compileGitlab } from "../../../tests/compile-gitlab.ts";
import { resolveExtends } from "./extends.ts";
import type { JobDeclaration } from "./job-declaration.ts";
import { readConfig } from "./read-config.ts";
import { type PipelineDeclaration, readPipeline } from "./read-pipeline.ts";
import { Report } from "./report.ts";

function declare(text: string): PipelineDeclaration {
  const report = new Report();
  const config = readConfig({ file: "f.yml", text }, report);
  const root = config && resolveExtends(config.content, report);
  const declared = root && readPipeline(root, new Map(), report);
  const errors = report.diagnostics().filter(({ severity }) => severity === "error");
  if (declared === undefined || errors.length > 0) throw new Error(JSON.stringify(errors));
  return declared;
}

function jobOf(text: string): JobDeclaration | undefined {
  return declare(text).jobs.find(({ name }) => name === "J");
}

describe("a last rule that holds always (GY-157)", () => {
  const codesOf = (text: string): readonly string[] => compileGitlab(text).diagnostics.map(({ code }) => code);

  test.each([
    ["rules: [{if: $A}, {when: always}]", 1],
    ["rules: [{if: $A}, {when: never}]", 0],
    ["rules: [{if: $A}, {when: always, variables: {V: 1}}]", 0],
    ["rules: [{if: $A}]", 0],
  ])("%s is told %d times", (rules, count) => {
    const codes = codesOf(`J: {image: i, script: s, ${rules}}\n`);
    expect(codes.filter((code) => code === "double-pipelines")).toHaveLength(count);
  });

  test("workflow:rules say which pipelines there are", () => {
    const text = "workflow: {rules: [{if: $A}]}\nJ: {image: i, script: s, rules: [{when: always}]}\n";
    expect(codesOf(text)).not.toContain("double-pipelines");
  });
});

describe("rules, only and workflow, as later steps get them", () => {
  test("null in the child takes the parent's away (GY-258)", () => {
    expect(jobOf(".p: {only: [main]}\nJ: {extends: .p, script: s, only: null}\n")?.only).toBeUndefined();
    const job = jobOf(".p: {rules: [{when: never}]}\nJ: {extends: .p, script: s, rules: null, when: manual}\n");
    expect(job).toMatchObject({ rules: undefined, when: "manual", allowFailure: undefined });
  });

  test("rules keep what they say, typed and placed, lists in lists opened (GY-150)", () => {
    const job = jobOf(`
J:
  script: s
  rules:
    - if: $A
      variables: {V: 1}
      needs: [K]
      allow_failure: true
      interruptible: true
    - - {changes: {paths: [a], compare_to: main}, when: delayed, start_in: 5}
      - {exists: [b, c], when: manual}
K: {script: s}
`);
    expect(job?.rules).toMatchObject([
      {
        condition: { text: "$A", expression: { kind: "variable", name: "A" } },
        variables: [{ name: "V", value: "1" }],
        needs: [{ job: "K", artifacts: true }],
        allowFailure: true,
        interruptible: true,
        when: undefined,
      },
      { changes: { paths: ["a"], compareTo: { text: "main" } }, when: "delayed", startInSeconds: 5 },
      { exists: { paths: ["b", "c"], project: undefined }, when: "manual" },
    ]);
  });

  test("an empty list is a list: no rule will hold (GY-150)", () => {
    expect(jobOf("J: {script: s, rules: []}\n")?.rules).toEqual([]);
  });

  test("a rule that many jobs take from one base is read once", () => {
    const text =
      ".p: {rules: [{if: $A}], artifacts: {paths: [a]}}\nJ: {extends: .p, script: s}\nK: {extends: .p, script: s}\n";
    const [one, other] = declare(text).jobs;
    expect(one?.rules).toBe(other?.rules);
    expect(one?.artifacts).toBe(other?.artifacts);
  });

  test("only and except keep names, patterns, expressions and paths (GY-179)", () => {
    const job = jobOf(
      "J: {script: s, only: [main, /^v/i, tags@g/p], except: {variables: [$A], changes: [a/*], kubernetes: active}}\n",
    );
    expect(job?.only?.refs?.map(({ text }) => text)).toEqual(["main", "/^v/i", "tags@g/p"]);
    expect(job?.except).toMatchObject({ refs: undefined, changes: ["a/*"], kubernetes: "active" });
    expect(job?.except?.variables).toMatchObject([{ text: "$A", expression: { kind: "variable" } }]);
  });

  test("workflow keeps its name, rules and what it cancels (GY-185, GY-187)", () => {
    const { workflow } = declare(
      "workflow: {name: 'for $A', auto_cancel: {on_job_failure: all}, rules: [{if: $A, when: never}, {variables: {V: w}}]}\nJ: {script: s}\n",
    );
    expect(workflow).toMatchObject({
      name: { text: "for $A" },
      autoCancel: { onJobFailure: "all" },
      rules: [
        { condition: { text: "$A" }, when: "never" },
        { when: "always", variables: [{ name: "V", value: "w" }] },
      ],
    });
  });
});
