import { describe, expect, test } from "vitest";
import { type CompileChoices, compileGitlab, compileJob } from "../../../tests/compile-gitlab.ts";

const CHILD = `
stages: [a, b]
late: {stage: b, image: i, script: s}
early: {stage: a, image: i, script: s}
`;

function parent(trigger: string, rest = ""): string {
  return `stages: [x, y]\nB: {stage: x, trigger: ${trigger}${rest}}\nend: {stage: y, image: i, script: s}\n`;
}

function childJob(trigger: string, rest: string, choices: CompileChoices): ReturnType<typeof compileJob> {
  return compileJob(parent(trigger, rest), "B/J", choices);
}

describe("child pipelines (GY-239, GY-240)", () => {
  test("put their jobs behind the one that starts them, in an order of their own", () => {
    const { pipeline, diagnostics, included } = compileGitlab(parent("{include: c.yml}"), {
      files: { "c.yml": CHILD },
    });
    expect(diagnostics).toEqual([]);
    expect(pipeline?.jobs.map(({ name, stage, parent: of }) => [name, stage, of])).toEqual([
      ["B", "x", undefined],
      ["B/late", "x", "B"],
      ["B/early", "x", "B"],
      ["end", "y", undefined],
    ]);
    expect(pipeline?.jobs[1]?.order).toMatchObject({ kind: "needs", needs: [{ job: "B/early", artifacts: true }] });
    expect(pipeline?.jobs[2]?.order).toMatchObject({ kind: "needs", needs: [] });
    expect([...(included ?? [])].map(([name]) => name)).toEqual(["c.yml"]);
  });

  test("know where they come from, and what the job hands on", () => {
    const files = { "c.yml": "J: {image: i, script: s, variables: {OWN: child}}\n" };
    const given = { files, variables: { GIVEN: "given" } };
    const rest = ", variables: {OWN: bridge}";
    const usual = childJob("{include: c.yml}", rest, given).variables;
    expect(usual.get("CI_PIPELINE_SOURCE")?.value).toBe("parent_pipeline");
    expect([usual.get("OWN")?.value, usual.has("GIVEN")]).toEqual(["bridge", false]);
    const forward = "forward: {yaml_variables: false, pipeline_variables: true}";
    const turned = childJob(`{include: c.yml, ${forward}}`, rest, given).variables;
    expect([turned.get("OWN")?.value, turned.get("GIVEN")?.value]).toEqual(["child", "given"]);
  });

  test("take inputs, and several files", () => {
    const files = {
      "c.yml": "spec: {inputs: {word: {}}}\n---\nJ: {image: i, script: 'echo $[[ inputs.word ]]'}\n",
      "d.yml": "K: {image: i, script: s}\n",
    };
    const trigger = "{include: [{local: c.yml, inputs: {word: hello}}, d.yml]}";
    expect(childJob(trigger, "", { files }).steps[0]?.scripts[0]?.commands).toEqual(["echo hello"]);
    expect(compileGitlab(parent(trigger), { files }).pipeline?.jobs.map(({ name }) => name)).toContain("B/K");
  });

  test("take inputs as they are typed, lists as lists", () => {
    const spec = "l: {type: array}, n: {type: number}, b: {type: boolean}, t: {}";
    const files = {
      "c.yml": `spec: {inputs: {${spec}}}\n---\nJ:\n  image: i\n  script: $[[ inputs.l ]]\n  parallel: $[[ inputs.n ]]\n  allow_failure: $[[ inputs.b ]]\n  stage: $[[ inputs.t ]]\n`,
    };
    const trigger = '{include: [{local: c.yml, inputs: {l: [one, "2"], n: 2, b: true, t: test}}]}';
    const { pipeline, diagnostics } = compileGitlab(parent(trigger), { files });
    expect(diagnostics).toEqual([]);
    const job = pipeline?.jobs.find(({ name }) => name === "B/J 1/2");
    expect(job?.steps[0]?.scripts[0]?.commands).toEqual(["one", "2"]);
    expect(job?.allowFailure).toBe(true);
  });

  test("of child pipelines go one level further, and no more", () => {
    const files = { "c.yml": "J: {trigger: {include: d.yml}}\n", "d.yml": "K: {image: i, script: s}\n" };
    const names = compileGitlab(parent("{include: c.yml}"), { files }).pipeline?.jobs.map(({ name }) => name);
    expect(names).toEqual(["B", "B/J", "B/J/K", "end"]);
    const itself = { "c.yml": "J: {trigger: {include: c.yml}}\n" };
    expect(compileGitlab(parent("{include: c.yml}"), { files: itself }).diagnostics).toMatchObject([
      { severity: "warning", at: { file: "c.yml", line: 1 }, message: expect.stringContaining("maximum depth is 2") },
    ]);
  });

  test.each<readonly [string, CompileChoices["files"], string, number, string]>([
    ["no.yml", {}, ".gitlab-ci.yml", 2, "Local file `no.yml` does not exist!"],
    ["c.yml", { "c.yml": "\nJ: {script: 1, image: i}\n" }, "c.yml", 2, "jobs:J:script config should be"],
    ["c.yml", { "c.yml": "a: [" }, "c.yml", 1, "Included file `c.yml` does not have valid YAML syntax!"],
  ])("of %s with %j fail the job that starts them, and nothing else", (name, files = {}, file, line, message) => {
    const { pipeline, diagnostics } = compileGitlab(parent(`{include: ${name}}`), { files });
    expect(diagnostics).toMatchObject([
      { severity: "warning", at: { file, line }, hint: expect.stringContaining('the job "B" fails') },
    ]);
    expect(diagnostics[0]?.message).toContain(message);
    expect(pipeline?.jobs.map((job) => job.name)).toEqual(["B", "end"]);
    expect(pipeline?.jobs[0]?.trigger).toMatchObject({
      problem: { text: diagnostics[0]?.message, at: { file, line } },
    });
  });

  test("without a job to run fail the job that starts them", () => {
    const triggerOf = (made: ReturnType<typeof compileGitlab>): unknown => made.pipeline?.jobs[0]?.trigger;
    const empty = compileGitlab(parent("{include: c.yml}"), {
      files: { "c.yml": "J: {script: s, image: i, rules: [{when: never}]}\n" },
    });
    expect(triggerOf(empty)).toMatchObject({ problem: { text: expect.stringContaining("nothing to run") } });
  });

  test("are not made for a job that is not in the pipeline", () => {
    const made = compileGitlab(parent("{include: c.yml}", ", rules: [{when: never}]"), { files: { "c.yml": CHILD } });
    expect(made.pipeline?.jobs).toHaveLength(2);
  });

  test("of files that an earlier job makes are made once these are there, with its variables (GY-90, GY-239)", () => {
    const trigger = "{include: [{artifact: gen/c.yml, job: end, inputs: {list: [a, b]}}]}";
    const text = parent(trigger).replace("end: {", "end: {artifacts: {paths: [gen]}, ");
    const before = compileGitlab(text, { files: {} });
    expect([before.diagnostics, before.pipeline?.jobs.length]).toEqual([[], 2]);
    const spec = "spec: {inputs: {list: {type: array}}}\n---\n";
    const job = "J: {image: i, script: ['echo $[[ inputs.list ]] $TAG']}\n";
    const starting = (made: string | undefined): ReturnType<typeof compileGitlab> =>
      compileGitlab(text, {
        files: {},
        starting: [
          { trigger: "B", made: [{ job: "end", path: "gen/c.yml", text: made }], reported: new Map([["TAG", "v1"]]) },
        ],
      });
    const after = starting(spec + job);
    expect(after.diagnostics).toEqual([]);
    const child = after.pipeline?.jobs.find(({ name }) => name === "B/J");
    expect(child?.steps[0]?.scripts[0]?.commands).toEqual(['echo ["a","b"] $TAG']);
    expect(child?.variables.get("TAG")?.value).toBe("v1");
    expect(starting(undefined).pipeline?.jobs[0]?.trigger).toMatchObject({
      problem: { text: "Path `gen/c.yml` does not exist inside the `end` artifacts archive!" },
    });
  });

  test("get what is reported to one of their own jobs, and not what is reported to a job of the same name above", () => {
    const files = { "c.yml": "end: {image: i, script: s}\n" };
    const reportedTo = (job: string): unknown =>
      compileGitlab(parent("{include: c.yml}"), { files, reported: { job, variables: { V: "1" } } })
        .pipeline?.jobs.filter(({ variables }) => variables.has("V"))
        .map(({ name }) => name);
    expect(reportedTo("end")).toEqual(["end"]);
    expect(reportedTo("B/end")).toEqual(["B/end"]);
  });
});
