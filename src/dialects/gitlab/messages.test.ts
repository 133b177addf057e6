import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compileGitlab } from "../../../tests/compile-gitlab.ts";

interface Case {
  /** A row of GY section 20, or a rule. */
  readonly rule: string;
  readonly yaml: string;
  /** How the message of the only error starts. */
  readonly message: string;
  readonly at?: string;
  readonly hint?: string;
}

const file = new URL("../../../tests/cases/gitlab-messages.json", import.meta.url);
const cases: readonly Case[] = JSON.parse(readFileSync(file, "utf8"));

describe("what GitLab says about a file that is wrong (GY section 20), with the place", () => {
  test.each(cases)("$rule: $message", ({ yaml, message, at, hint }) => {
    const { diagnostics } = compileGitlab(yaml);
    const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
    expect(errors.map((error) => error.message.slice(0, message.length))).toEqual([message]);
    const [error] = errors;
    if (at !== undefined) expect(`${error?.at.line}:${error?.at.column}`).toBe(at);
    if (hint !== undefined) expect(error?.hint).toContain(hint);
  });

  test("a name of 256 characters is too long (98)", () => {
    const name = "x".repeat(256);
    const { diagnostics } = compileGitlab(`${name}: {script: a, image: b}\n`);
    expect(diagnostics[0]?.message).toBe(`jobs:${name} name is too long (maximum is 255 characters)`);
  });

  test("a name that is none of a resource group is a warning: GitLab runs the job without (GY-235)", () => {
    const { pipeline, diagnostics } = compileGitlab("J: {script: a, image: b, resource_group: 'a!b'}\n");
    expect(diagnostics).toMatchObject([{ severity: "warning", code: "invalid-resource-group", at: { line: 1 } }]);
    expect(pipeline?.jobs[0]).not.toHaveProperty("resourceGroup");
  });

  test.each([
    ["gne", 'J: the job "gne" is not defined, and the job fails when it starts its pipeline', 'did you mean "gen"?'],
    ["none", 'J: the job "none" leaves no artifacts, and the job fails when it starts its pipeline', "give"],
  ])("a child pipeline of a file that %s does not make is a warning (GY-239)", (maker, message, hint) => {
    const { diagnostics } = compileGitlab(
      `gen: {stage: build, script: a, image: b, artifacts: {paths: [c.yml]}}
none: {stage: build, script: a, image: b}
J: {trigger: {include: [{artifact: c.yml, job: ${maker}}]}}
K: {trigger: {include: [{artifact: c.yml, job: gen}]}}
`,
    );
    expect(diagnostics).toMatchObject([
      { severity: "warning", message, at: { line: 3 }, hint: expect.stringContaining(hint) },
    ]);
  });

  test("all errors are told at once, in file order of the checks", () => {
    const { diagnostics } = compileGitlab("J: {script: a, image: [x], when: b}\nK: {script: [], stage: 5, image: a}\n");
    const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
    const paths = new Set(errors.map((error) => error.path));
    expect(paths).toEqual(new Set(["jobs:J", "jobs:J:image", "jobs:K", "jobs:K:stage"]));
  });

  test("codes are stable words", () => {
    for (const { yaml } of cases) {
      for (const { code } of compileGitlab(yaml).diagnostics) expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    }
  });
});
