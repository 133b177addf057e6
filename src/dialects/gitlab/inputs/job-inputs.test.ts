import { describe, expect, test } from "vitest";
import { type CompileChoices, commandsOf, compileGitlab, compileJob } from "../../../../tests/compile-gitlab.ts";

function fileWith(inputs: string, script: string): string {
  return `J: {image: i, inputs: ${inputs}, script: [${JSON.stringify(script)}]}\n`;
}

function findingsOf(text: string, choices: CompileChoices = {}): readonly string[] {
  return compileGitlab(text, choices).diagnostics.map(
    ({ severity, at, message }) => `${severity} ${at.line}:${at.column} ${message}`,
  );
}

describe("inputs of a job (GY-79)", () => {
  test.each([
    ["{a: {default: d}}", "say ${{ job.inputs.a }}", {}, "say d"],
    ["{a: {default: d}}", "${{job.inputs.a}}-${{  job.inputs.a  }}", { "J.a": "x=y" }, "x=y-x=y"],
    ["{a: {default: null}}", "[${{ job.inputs.a }}]", {}, "[]"],
    ["{n: {type: number, default: 3}}", "n=${{ job.inputs.n }}", { "J.n": "4.5" }, "n=4.5"],
    ["{b: {type: boolean, default: no}}", "b=${{ job.inputs.b }}", {}, "b=false"],
    ["{l: {type: array, default: [a, 1]}}", "${{ job.inputs.l }}", {}, '["a",1]'],
    ["{l: {type: array, default: []}}", "l='${{ job.inputs.l }}'", { "J.l": '["x"]' }, `l='["x"]'`],
    ["{a: {default: '$HOME'}}", "${{ job.inputs.a }}", {}, "$HOME"],
    ["{a: {default: x, options: [x, y]}}", "${{ job.inputs.a }}", { "J.a": "y" }, "y"],
    ["{a: {default: v1, regex: '^v', description: d}}", "${{ job.inputs.a }}", { "J.a": "v2" }, "v2"],
  ])("%s in %j with %j", (inputs, script, jobInputs, result) => {
    expect(commandsOf(compileJob(fileWith(inputs, script), "J", { jobInputs }))).toEqual([result]);
  });

  test("stand in the keywords of GitLab's list, those of default included, and in no other", () => {
    const text = `
default:
  image: "app:\${{ job.inputs.v }}"
  before_script: ["pre \${{ job.inputs.v }}"]
  services: [db]
.base:
  inputs: {v: {default: "1"}, w: {default: w}}
  services: [{name: "redis:\${{ job.inputs.v }}", alias: "\${{ job.inputs.w }}"}]
  artifacts: {paths: ["out/\${{ job.inputs.v }}"]}
  cache: {key: "k-\${{ job.inputs.w }}", paths: [p]}
J:
  extends: .base
  inputs: {v: {default: "2"}}
  variables: {RAW: "\${{ job.inputs.v }}"}
  script: [main]
  after_script: ["post \${{ job.inputs.v }}"]
other: {script: [x]}
`;
    const job = compileJob(text, "J");
    expect(job.steps[0]?.image.text).toBe("app:2");
    expect(job.steps[0]?.scripts.map((script) => script.commands)).toEqual([["pre 2", "main"], ["post 2"]]);
    expect(job.services.map((service) => service.image.text)).toEqual(["redis:2"]);
    expect(job.artifacts?.paths).toEqual(["out/2"]);
    expect(job.caches?.[0]?.key).toMatchObject({ text: "k-w" });
    expect(job.variables.get("RAW")?.value).not.toBe("2");
    expect(commandsOf(compileJob(text, "other"))).toEqual(["pre ${{ job.inputs.v }}", "x"]);
  });

  test.each([
    ["{a: }", {}, "error 1:24 jobs:J:inputs:a must have a default value"],
    ["{a: {type: string}}", {}, "error 1:24 jobs:J:inputs:a must have a default value"],
    ["{a: {default: x, foo: 1}}", {}, "error 1:40 jobs:J:inputs:a config contains unknown keys: foo"],
    ["{a: {default: x, rules: []}}", {}, "error 1:40 jobs:J:inputs:a config contains unknown keys: rules"],
    ["[a]", {}, "error 1:23 jobs:J:inputs config should be a hash"],
    ["{a: x}", {}, "error 1:27 jobs:J:inputs:a config should be a hash"],
    ["{a: {default: x, type: date}}", {}, "error 1:46 jobs:J:inputs:a input type unknown value: date"],
    ["{a: {default: x, type: number}}", {}, "error 1:37 jobs:J:inputs `a` input: default value is not a number"],
    [
      "{a: {default: 1, type: number}}",
      { "J.a": "x" },
      "error 1:24 jobs:J:inputs `a` input: provided value is not a number",
    ],
    [
      "{a: {default: x, options: [x]}}",
      { "J.a": "y" },
      "error 1:24 jobs:J:inputs `a` input: `y` cannot be used because it is not in the list of allowed options",
    ],
    [
      "{a: {default: x, regex: '^x'}}",
      { "J.a": "y" },
      "error 1:24 jobs:J:inputs `a` input: provided value does not match required RegEx pattern",
    ],
    ["{a: {default: x}}", { "J.b": "y" }, 'error 1:1 no job has the input "J.b" (JOB.NAME)'],
  ])("%s with %j is told", (inputs, jobInputs, message) => {
    expect(findingsOf(fileWith(inputs, "true"), { jobInputs })).toContain(message);
  });

  test.each([
    ["${{ job.inputs.b }}", 'the job has no input "b", so that "job.inputs.b" is not put in'],
    ["${{ job.inputs.a == 'x' }}", "\"job.inputs.a == 'x'\" is not put in: only job.inputs.NAME is"],
  ])("%s stays, with a warning", (block, message) => {
    const text = fileWith("{a: {default: x}}", block);
    expect(findingsOf(text)).toContain(`warning 1:51 ${message}`);
    expect(commandsOf(compileJob(text, "J"))).toEqual([block]);
  });

  test("a job without inputs that names one is told, and what is no input of a job is left alone", () => {
    const of = (script: string): readonly string[] =>
      findingsOf(`J: {image: i, script: [${JSON.stringify(script)}]}\n`);
    expect(of("${{ job.inputs.x }}")).toEqual([
      'warning 1:24 the job has no input "x", so that "job.inputs.x" is not put in',
    ]);
    expect(of("${{ github.sha }}")).toEqual([]);
  });

  test("a job of a child pipeline has its inputs by its whole name", () => {
    const files = { "child.yml": fileWith("{a: {default: x}}", "${{ job.inputs.a }}") };
    const text = "start: {trigger: {include: child.yml}}\n";
    expect(commandsOf(compileJob(text, "start/J", { files, jobInputs: { "start/J.a": "y" } }))).toEqual(["y"]);
    expect(findingsOf(text, { files, jobInputs: { "start/J.b": "y" } })).toContainEqual(
      expect.stringContaining('no job has the input "J.b"'),
    );
  });
});
