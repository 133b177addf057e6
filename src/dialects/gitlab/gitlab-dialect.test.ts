import { describe, expect, test } from "vitest";
import { commandsOf, compileGitlab, compileJob, valuesOf } from "../../../tests/compile-gitlab.ts";
import { DEFAULT_IMAGE } from "./build-job.ts";

describe("worked examples (GY section 19)", () => {
  test("extends merges mappings and replaces lists (GY-257)", () => {
    const job = compileJob(
      `
.a: {variables: {X: 1, Y: 1}, script: [a], rules: [{if: $P}]}
.b: {variables: {Y: 2}, image: i}
J: {extends: [.a, .b], variables: {Z: 3}, script: [b]}
`,
      "J",
    );
    expect(valuesOf(job.variables)).toEqual({ X: "1", Y: "2", Z: "3" });
    expect(commandsOf(job)).toEqual(["b"]);
    expect(job.steps[0]?.image.text).toBe("i");
  });

  test("null in the child takes the parent's value away (GY-258)", () => {
    const job = compileJob(
      ".p: {image: a, services: [b], variables: {X: 1}}\nJ: {extends: .p, script: x, services: null, variables: null}\n",
      "J",
    );
    expect(job.services).toEqual([]);
    expect(valuesOf(job.variables)).toEqual({});
  });

  test("a reference puts a list in a list, or a whole value (GY-259)", () => {
    const job = compileJob(
      `
.setup: {script: [s1, s2], variables: {A: one}}
.deep: {script: [!reference [.setup, script], s3]}
J:
  image: i
  script: [!reference [.deep, script], t]
  variables: !reference [.setup, variables]
K:
  image: i
  script: t
  variables: {B: !reference [.setup, variables, A]}
`,
      "J",
    );
    expect(commandsOf(job)).toEqual(["s1", "s2", "s3", "t"]);
    expect(valuesOf(job.variables)).toEqual({ A: "one" });
  });

  test("a merge key is shallow, extends is deep (GY-260)", () => {
    const text =
      ".x: &x {variables: {A: 1}, image: i}\nJ: {<<: *x, script: s, variables: {B: 1}}\nK: {extends: .x, script: s, variables: {B: 1}}\n";
    expect(valuesOf(compileJob(text, "J").variables)).toEqual({ B: "1" });
    expect(valuesOf(compileJob(text, "K").variables)).toEqual({ A: "1", B: "1" });
  });

  test.each([
    ["before_script: []", ["s"], "x"],
    ["inherit: {default: [image]}", ["s"], "x"],
    ["inherit: {default: false}", ["s"], DEFAULT_IMAGE],
    ["inherit: {default: true}", ["p", "s"], "x"],
    ["before_script: [own]", ["own", "s"], "x"],
    ["image: y", ["p", "s"], "y"],
  ])("default is taken whole or not at all: %s (GY-262)", (line, commands, image) => {
    const job = compileJob(`default: {image: x, before_script: [p]}\nJ:\n  script: [s]\n  ${line}\n`, "J");
    expect(commandsOf(job)).toEqual(commands);
    expect(job.steps[0]?.image.text).toBe(image);
  });

  test("after_script is a script of its own (GY-271)", () => {
    const job = compileJob("J: {image: i, script: [export A=1, 'false'], after_script: ['echo $A']}\n", "J");
    expect(job.steps[0]?.scripts).toEqual([
      { kind: "main", commands: ["export A=1", "false"] },
      { kind: "after", commands: ["echo $A"] },
    ]);
  });

  test("needs: [] waits for nothing; no needs waits for stages (GY-275)", () => {
    const text = "J: {image: i, script: s, stage: deploy, needs: []}\nK: {image: i, script: s}\n";
    expect(compileJob(text, "J").order).toEqual({ kind: "needs", needs: [] });
    expect(compileJob(text, "K").order).toEqual({ kind: "stages" });
  });
});

describe("a job's keys", () => {
  test("services of a job replace the default ones, [] removes them (GS-110)", () => {
    const text =
      "default: {image: i, services: [a, b]}\nJ: {script: s}\nK: {script: s, services: [c]}\nL: {script: s, services: []}\n";
    expect(["J", "K", "L"].map((name) => compileJob(text, name).services.map((service) => service.label))).toEqual([
      ["a", "b"],
      ["c"],
      [],
    ]);
  });

  test("the old top-level keys mean the same as default, with a note (GY-19)", () => {
    const { pipeline, diagnostics } = compileGitlab("image: i\nservices: [a]\nJ: {script: s}\n");
    expect(pipeline?.jobs[0]?.services).toHaveLength(1);
    expect(diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      "note deprecated-key",
      "note deprecated-key",
    ]);
  });

  test("needs take names and mappings, and keep who is optional (GY-198)", () => {
    const text = "A: {image: i, script: s}\nJ: {image: i, script: s, needs: [A, {job: B, optional: true}]}\n";
    expect(compileJob(text, "J").order).toMatchObject({
      needs: [
        { job: "A", optional: false },
        { job: "B", optional: true },
      ],
    });
  });

  test.each([
    ["when: manual", { when: "manual", allowFailure: true }],
    ["when: manual\n  allow_failure: false", { when: "manual", allowFailure: false }],
    ["when: always", { when: "always", allowFailure: false }],
    ["when: on_failure", { when: "on_failure" }],
    ["when: never", { when: "never" }],
    ["allow_failure: {exit_codes: [1, 137]}", { allowFailure: [1, 137] }],
    ["allow_failure: {exit_codes: 3}", { allowFailure: [3] }],
    ["retry: 2", { retry: { max: 2, when: [], exitCodes: [] } }],
    [
      "retry: {max: 1, when: [script_failure], exit_codes: 7}",
      { retry: { max: 1, when: ["script_failure"], exitCodes: [7] } },
    ],
    ["timeout: 1h 30m", { timeoutMs: 5_400_000 }],
    ["timeout: 90", { timeoutMs: 90_000 }],
    ["stage: .post", { stage: ".post" }],
  ])("%s", (lines, expected) => {
    expect(compileJob(`J:\n  image: i\n  script: s\n  ${lines}\n`, "J")).toMatchObject(expected);
  });

  test(".pre and .post stand at the ends, wherever they are listed (GY-23)", () => {
    const { pipeline } = compileGitlab("stages: [.post, a, b, a, .pre]\nJ: {image: i, script: s, stage: a}\n");
    expect(pipeline?.stages).toEqual([".pre", "a", "b", ".post"]);
  });

  test("an image with an entrypoint that is a shell arrives as written", () => {
    const job = compileJob(
      'J: {script: s, image: {name: ruby:2.6, entrypoint: ["/bin/bash"], pull_policy: never}}\n',
      "J",
    );
    expect(job.steps[0]).toMatchObject({
      image: { text: "ruby:2.6", pullPolicy: ["never"] },
      entrypoint: ["/bin/bash"],
    });
  });

  test("names may be numbers and hold spaces, colons and any letters (GY-17)", () => {
    const { pipeline } = compileGitlab(
      "012: {image: i, script: s}\n'a: b c': {image: i, script: s}\ntest:2.6: {image: i, script: s}\nbäu: {image: i, script: s}\n",
    );
    expect(pipeline?.jobs.map((job) => job.name)).toEqual(["10", "a: b c", "test:2.6", "bäu"]);
  });
});

describe("what is told and not done", () => {
  test("jobs that start another project's pipeline are told, and may be needed (GY-239)", () => {
    const { pipeline, diagnostics } = compileGitlab("A: {trigger: g/p}\nJ: {image: i, script: s, needs: [A]}\n");
    expect(pipeline?.jobs[0]).toMatchObject({ steps: [], trigger: { kind: "project", project: "g/p", waits: false } });
    expect(pipeline?.jobs[1]?.order).toMatchObject({ needs: [{ job: "A" }] });
    expect(diagnostics.map((one) => one.message)).toContain(
      "trigger of another project is ignored in local runs (jobs: A)",
    );
  });

  test("a job without an image gets GitLab's default, said once (GY-138)", () => {
    const { pipeline, diagnostics } = compileGitlab("J: {script: s}\nK: {script: s}\n");
    expect(pipeline?.jobs[0]?.steps[0]?.image.text).toBe("ruby:3.1");
    expect(diagnostics).toMatchObject([
      { severity: "note", code: "default-image", at: { line: 1 }, hint: "also in line 2" },
    ]);
  });

  test("what an included file may define is a warning, not an error", () => {
    const { pipeline, diagnostics } = compileGitlab(
      "include: x.yml\nsast: {stage: scan}\nJ: {extends: .base, image: i, stage: scan, script: s, needs: [K]}\n",
    );
    expect(diagnostics.filter((one) => one.severity === "error")).toEqual([]);
    expect(pipeline?.jobs.map((job) => job.name)).toEqual(["J"]);
    expect(pipeline?.stages).toContain("scan");
  });

  test("old words are understood, with a warning (GY-20)", () => {
    const { pipeline, diagnostics } = compileGitlab("types: [one]\nJ: {image: i, script: s, type: one}\n");
    expect(pipeline?.jobs[0]?.stage).toBe("one");
    expect(diagnostics.map((one) => one.code)).toEqual(["old-keyword", "old-keyword"]);
  });
});

describe("files from anywhere (GY-281)", () => {
  test("a byte order mark, CRLF, trailing spaces and tabs in scripts do no harm", () => {
    const job = compileJob(
      "\uFEFF# ä\r\nJ:  \r\n  image: i\r\n  script:\r\n    - |\r\n      a\tb  \r\n      \tc\r\n    - 'x: y'\r\n",
      "J",
    );
    expect(commandsOf(job)).toEqual(["a\tb  \n\tc\n", "x: y"]);
  });

  test("two thousand jobs compile in linear time", () => {
    const file = (jobs: number): string =>
      `.b: {before_script: [a]}\n${Array.from({ length: jobs }, (_, index) => `j${index}:\n  extends: .b\n  image: i\n  services:\n    - name: postgres:16\n      alias: db\n  script: [!reference [.b, before_script], echo ${index}]\n`).join("")}`;
    const millisecondsFor = (text: string): number => {
      const started = process.hrtime.bigint();
      compileGitlab(text);
      return Number(process.hrtime.bigint() - started) / 1e6;
    };
    millisecondsFor(file(500));
    const small = Math.min(millisecondsFor(file(500)), millisecondsFor(file(500)));
    const large = Math.min(millisecondsFor(file(4000)), millisecondsFor(file(4000)));
    expect(large / small).toBeLessThan(24);
  });
});
