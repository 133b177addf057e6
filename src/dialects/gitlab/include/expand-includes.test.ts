import { describe, expect, test } from "vitest";
import { type CompileChoices, commandsOf, compileGitlab, compileJob } from "../../../../tests/compile-gitlab.ts";
import type { FileAnswer } from "../../files.ts";

function findingsOf(text: string, choices: CompileChoices): readonly string[] {
  const { diagnostics } = compileGitlab(text, { files: {}, ...choices });
  return diagnostics.map(({ at, severity, message }) => `${at.file}:${at.line}:${at.column} ${severity} ${message}`);
}

const JOB = "J: {script: own, image: i}\n";

describe("local includes (GY-44, GY-48)", () => {
  test.each([
    ["a text", "include: a.yml\n"],
    ["a path from the root", "include: /a.yml\n"],
    ["a mapping", "include: {local: a.yml}\n"],
    ["a list", "include: [a.yml]\n"],
    ["a list of mappings", "include:\n  - local: a.yml\n"],
    ["a list in a list", ".x: &x [a.yml]\ninclude: [*x]\n"],
    ["a variable", "include: $CI_PROJECT_NAMESPACE.yml\n"],
  ])("%s", (_name, include) => {
    const files = { "a.yml": "K: {script: k, image: i}\n", "group.yml": "K: {script: k, image: i}\n" };
    expect(commandsOf(compileJob(include + JOB, "K", { files }))).toEqual(["k"]);
  });

  test("the file's own content lies over what it includes, later includes over earlier ones (GY-59)", () => {
    const files = {
      "a.yml": "K: {script: a, image: i, variables: {A: a, B: a}}\nL: {script: l, image: i}\n",
      "b.yml": "K: {script: b, variables: {B: b, C: b}}\nM: {script: m, image: i}\n",
    };
    const text = `include: [a.yml, b.yml]\n${JOB}K: {variables: {C: own}}\n`;
    const { pipeline, diagnostics } = compileGitlab(text, { files });
    expect(diagnostics).toEqual([]);
    expect(pipeline?.jobs.map((job) => job.name)).toEqual(["K", "L", "M", "J"]);
    const job = compileJob(text, "K", { files });
    expect(commandsOf(job)).toEqual(["b"]);
    expect(["A", "B", "C"].map((name) => job.variables.get(name)?.value)).toEqual(["a", "b", "own"]);
  });

  test("a list is replaced, never joined: stages (GY-62, GY-261)", () => {
    const files = { "a.yml": "stages: [a, b]\nK: {script: k, image: i, stage: a}\n" };
    expect(findingsOf(`include: a.yml\nstages: [c]\nJ: {script: j, image: i, stage: c}\n`, { files })).toEqual([
      "a.yml:2:33 error K job: chosen stage a does not exist; available stages are .pre, c, .post",
    ]);
  });

  test("extends and references reach through includes; anchors do not (GY-6, GY-43)", () => {
    const files = { "a.yml": ".base: &base {image: i, script: [one]}\n" };
    const text = "include: a.yml\nJ: {extends: .base, script: [!reference [.base, script], two]}\n";
    expect(commandsOf(compileJob(text, "J", { files }))).toEqual(["one", "two"]);
    expect(findingsOf("include: a.yml\nJ: *base\n", { files })[0]).toBe(".gitlab-ci.yml:2:4 error Unknown alias: base");
  });

  test("an included file includes more, depth first (GY-60, GY-63)", () => {
    const files = {
      "ci/a.yml": "include: ci/b.yml\nK: {script: a, image: i}\n",
      "ci/b.yml": "K: {script: b, after_script: [b]}\n",
    };
    expect(compileJob(`include: ci/a.yml\n${JOB}`, "K", { files }).steps[0]?.scripts).toEqual([
      { kind: "main", commands: ["a"] },
      { kind: "after", commands: ["b"] },
    ]);
  });

  test.each([
    ["ci/*.yml", ["a", "b"]],
    ["ci/**.yml", ["a", "b", "c"]],
    ["ci/**/*.yml", ["c"]],
    ["/ci/*", ["a", "b"]],
    ["*.yml", ["top"]],
  ])("the pattern %s takes %j, sorted (GY-49)", (pattern, names) => {
    const files = Object.fromEntries(
      ["ci/b.yml", "ci/a.yml", "ci/d/c.yml", "ci/note.txt", "top.yml"].map((path) => {
        const name = path.replace(/^.*\/|\.yml$/g, "");
        return [path, `${name}: {script: x, image: i}\n`];
      }),
    );
    const { pipeline } = compileGitlab(`include: "${pattern}"\n`, { files });
    expect(pipeline?.jobs.map((job) => job.name)).toEqual(names);
  });
});

describe("include:rules (GY-56)", () => {
  test.each([
    ["[{if: $DEPLOY}]", true],
    ["[{if: $NONE}]", false],
    ["[{if: $NONE}, {if: $DEPLOY == '1'}]", true],
    ["[{if: $DEPLOY, when: never}, {when: always}]", false],
    ["[{when: never}]", false],
    ["[{if: $OWN}]", false],
    ["[{exists: [Dockerfile]}]", true],
    ["[{exists: ['**/*.go']}]", false],
    ["[{exists: {paths: ['**/*.rb', 'src/*.ts']}}]", true],
    ["[{if: $NONE, exists: [Dockerfile]}]", false],
    ["[{exists: [$FILE]}]", true],
    ["[{changes: [x]}]", true],
    ["[{if: $CI_COMMIT_BRANCH == 'main'}]", true],
    ["[{if: $CI_PIPELINE_ID}]", false],
    ["[]", false],
    ["null", true],
    ["[[{if: $DEPLOY}]]", true],
  ])("%s takes the file in: %j", (rules, isTaken) => {
    const files = { "a.yml": "K: {script: k, image: i}\n", Dockerfile: "", "src/x.ts": "" };
    const text = `include: {local: a.yml, rules: ${rules}}\nvariables: {OWN: x}\n${JOB}`;
    const variables = { DEPLOY: "1", FILE: "Dockerfile" };
    const { pipeline, diagnostics } = compileGitlab(text, { files, variables, facts: { branch: "main" } });
    expect(diagnostics).toEqual([]);
    expect(pipeline?.jobs.some((job) => job.name === "K")).toBe(isTaken);
  });

  test.each<readonly [string, CompileChoices["trigger"], boolean]>([
    ["[{changes: ['src/*.ts']}]", { changes: { kind: "files", names: ["src/x.ts"] } }, true],
    ["[{changes: ['src/*.ts']}]", { changes: { kind: "files", names: ["docs/x.md"] } }, false],
    ["[{changes: [x], when: never}, {when: always}]", { changes: { kind: "files", names: ["x"] } }, false],
    ["[{changes: {paths: [$FILE]}}]", { changes: { kind: "files", names: ["Dockerfile"] } }, true],
    ["[{changes: [none]}]", { changes: { kind: "all" } }, true],
    ["[{changes: [a.txt]}]", {}, true],
    ["[{changes: [b.txt]}]", {}, false],
    ["[{changes: {paths: [a.txt], compare_to: release}}]", { event: "schedule" }, true],
    ["[{changes: {paths: [b.txt], compare_to: release}}]", { event: "schedule" }, false],
    ["[{changes: [b.txt]}]", { event: "schedule" }, true],
    ["[{changes: [b.txt]}]", { changes: { kind: "since", ref: "v1" } }, false],
  ])("%s after %j takes the file in: %j (GY-56, GY-162)", (rules, trigger, isTaken) => {
    const fetch: CompileChoices["fetch"] = ({ kind }) =>
      kind === "changes"
        ? { kind, changed: { names: ["a.txt"], baseSha: "0".repeat(40), ref: undefined } }
        : { kind: "failed", failure: { reason: "no-file" } };
    const text = `include: {local: a.yml, rules: ${rules}}\n${JOB}`;
    const facts = { branch: "main", defaultBranch: "main" };
    const choices = {
      files: { "a.yml": "K: {script: k, image: i}\n" },
      variables: { FILE: "Dockerfile" },
      facts,
      fetch,
    };
    const { pipeline } = compileGitlab(text, { ...choices, ...(trigger === undefined ? {} : { trigger }) });
    expect(pipeline?.jobs.some((job) => job.name === "K")).toBe(isTaken);
  });

  test.each([
    ["[{if: $A = 1}]", "include:rules:rule if Invalid expression syntax"],
    ["[{if: [x]}]", "include:rules:rule if Invalid expression syntax"],
    ["[{when: manual}]", "include:rules:rule when unknown value: manual"],
    ["[{foo: 1}]", "include:rules:rule config contains unknown keys: foo"],
    ["[x]", "include:rules:rule config should be a hash"],
    ["{if: x}", "include:rules should be an array containing hashes and arrays of hashes"],
    ["[{exists: 5}]", "include:rules:rule:exists config should be an array or a hash"],
    ["[{exists: {paths: [a], ref: b}}]", "include:rules:rule:exists config contains disallowed keys: ref"],
    ["[{changes: x}]", "include:rules:rule:changes config should be an array or a hash"],
    ["[{changes: {foo: [x]}}]", "include:rules:rule:changes config contains unknown keys: foo"],
  ])("%s: %s", (rules, message) => {
    const text = `include: {local: a.yml, rules: ${rules}}\n${JOB}`;
    expect(findingsOf(text, { files: { "a.yml": "" } })[0]).toContain(` error ${message}`);
  });
});

describe("what is wrong with an include", () => {
  test.each([
    ["84", "include: {local: x.txt}", "2:18 error Included file `x.txt` does not have YAML extension!"],
    ["85", "include: missing.yml", "2:10 error Local file `missing.yml` does not exist!"],
    ["GY-49", "include: 'no/*.yml'", "2:10 error Local file `no/*.yml` does not exist!"],
    [
      "86",
      "include: {foo: bar}",
      '2:10 error `{"foo":"bar"}` does not have a valid subkey for include. Valid subkeys are: `local`, `project`, `remote`, `template`, `component`, `artifact`',
    ],
    [
      "87",
      "include: {local: a.yml, remote: https://x/a.yml}",
      "2:10 error Each include must use only one of: `local`, `project`, `remote`, `template`, `component`, `artifact`",
    ],
    ["GY-44", "include: 5", "2:10 error include config should be an array of hashes or strings"],
    ["GY-46", "include: {local: a.yml, foo: 1}", "2:25 error include config contains unknown keys: foo"],
    ["GY-47", "include: {local: [a]}", '2:18 error Included file `["a"]` needs to be a string'],
    [
      "GY-50",
      "include: {project: a/b}",
      "2:10 error include config must specify the file where to fetch the config from",
    ],
    [
      "GY-52",
      "include: {local: a.yml, integrity: sha256-x}",
      "2:36 error include config integrity can only be specified for remote includes",
    ],
    [
      "GY-52",
      "include: {remote: https://x/a.yml, integrity: md5-x}",
      "2:47 error include config integrity hash must start with 'sha256-'",
    ],
    [
      "GY-52",
      "include: {remote: https://x/a.yml, integrity: sha256-x}",
      "2:47 error include config integrity hash must be base64 encoded",
    ],
    ["GY-53", "include: {template: a.yml}", "2:21 error Template file `a.yml` is not a valid location!"],
    ["GY-54", "include: {component: x}", "2:22 error Component 'x' - the component path is not supported"],
    [
      "GY-45",
      "include: {artifact: a.yml, job: J}",
      "2:21 error include config artifact can only be used in trigger:include",
    ],
    ["GY-61", "include: empty.yml", "empty.yml:1:1 error Local file `empty.yml` is empty!"],
    [
      "GY-61",
      "include: bad.yml",
      "bad.yml:2:1 error Included file `bad.yml` does not have valid YAML syntax! (<unknown>): ",
    ],
    ["GY-61", "include: list.yml", "list.yml:1:1 error `list.yml`: Invalid configuration format"],
  ])("%s: %s", (_rule, include, finding) => {
    const files = { "a.yml": "", "empty.yml": " \n", "bad.yml": "a: [b\n", "list.yml": "- a\n" };
    const wanted = /^\d/.test(finding) ? `.gitlab-ci.yml:${finding}` : finding;
    const errors = findingsOf(`${JOB}${include}\n`, { files }).filter((one) => one.includes(" error "));
    const [first = ""] = errors;
    expect(first.slice(0, wanted.length)).toBe(wanted);
  });

  test("a file that includes itself ends at 150 (88, GY-60)", () => {
    expect(findingsOf(`include: a.yml\n${JOB}`, { files: { "a.yml": "include: a.yml\n" } })).toEqual([
      "a.yml:1:10 error Maximum of 150 nested includes are allowed!",
    ]);
  });

  test("150 includes are allowed, and one that doubles at every level is ended soon", () => {
    const many = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`f${n}.yml`, `.h${n}: 1\n`]));
    const list = Object.keys(many).join(", ");
    expect(findingsOf(`include: [${list}]\n${JOB}`, { files: many })).toEqual([]);
    const bomb = { "a.yml": "include: [b.yml, b.yml]\n", "b.yml": "include: [a.yml, a.yml]\n" };
    expect(findingsOf(`include: [a.yml, a.yml]\n${JOB}`, { files: bomb })).toHaveLength(1);
  });

  test("large files that are taken in many times are ended before they fill the memory", () => {
    const list = `[${"x,".repeat(50_000)}]`;
    const files = { "a.yml": `.a: ${list}\n` };
    const findings = findingsOf(`include: [${"a.yml,".repeat(140)}]\n${JOB}`, { files });
    expect(findings).toEqual([
      ".gitlab-ci.yml:1:125 error The parsed YAML is too big: with all included files it has more than 1000000 values",
    ]);
  });

  test("a failed include hides nothing else, and what a job runs without is a warning", () => {
    const text = "include: [no.yml]\nJ: {extends: .base, image: a, services: x, script: s}\n";
    expect(findingsOf(text, {})).toEqual([
      ".gitlab-ci.yml:1:11 error Local file `no.yml` does not exist!",
      ".gitlab-ci.yml:2:14 warning J: unknown keys in `extends` (.base)",
      ".gitlab-ci.yml:2:41 error jobs:J:services config should be an array",
    ]);
  });

  test("a job that has its script from such a file is left out, with a note", () => {
    const text = `include: [no.yml]\nsast: {variables: {A: b}}\n${JOB}`;
    expect(findingsOf(text, {}).slice(1)).toEqual([
      ".gitlab-ci.yml:2:1 note jobs sast config should implement the script:, run:, or trigger: keyword",
    ]);
  });

  test.each([
    ["{component: $CI_SERVER_FQDN/$CATALOG/kaniko@1}", 'the component path is not supported (not set here: "CATALOG")'],
    ['{project: $GROUP/p, file: "x$FILE.yml"}', "Project `/p` not found or access denied!"],
    ["$FOLDER/a.yml", 'Local file `/a.yml` does not exist! (not set here: "FOLDER")'],
  ])("%s is a warning where nobody has set its variables here: the server may have them", (include, message) => {
    const fetch = (): FileAnswer => ({ kind: "failed", failure: { reason: "no-project" } });
    const { diagnostics } = compileGitlab(`include: ${include}\n${JOB}`, { files: {}, fetch });
    expect(diagnostics).toMatchObject([{ severity: "warning", code: "include-not-read", at: { line: 1 } }]);
    expect(diagnostics[0]?.message).toContain(message);
    expect(diagnostics[0]?.hint).toMatch(/^give it with --variable [A-Z]+=VALUE$/);
  });

  test("a value that is to stay hidden is not in a message", () => {
    const variables = { KEY: { value: "sesame", masked: true } };
    const [finding] = findingsOf(`include: ci/$KEY.yml\n${JOB}`, { variables });
    expect(finding).toContain("Local file `ci/[MASKED].yml` does not exist!");
    const failure = {
      reason: "no-project",
      detail: "git: no https://h/sesame/p",
      hint: "--include-project sesame/p",
    } as const;
    const { diagnostics } = compileGitlab(`include: {project: $KEY/p, file: a.yml}\n${JOB}`, {
      variables,
      fetch: () => ({ kind: "failed", failure }),
    });
    expect(diagnostics).toHaveLength(1);
    expect(JSON.stringify(diagnostics)).not.toContain("sesame");
  });

  test("a finding about an included file says where it stands, and how it came there", () => {
    const files = { "a.yml": "include:\n  - b.yml\n", "b.yml": "\nK: {image: i, script: x, when: b}\n" };
    const { diagnostics, included } = compileGitlab(`include: a.yml\n${JOB}`, { files });
    expect(diagnostics[0]?.at).toEqual({ file: "b.yml", line: 2, column: 32 });
    expect([...(included ?? [])].map(([name, { includedAt: at }]) => `${name} ${at?.file}:${at?.line}`)).toEqual([
      "a.yml .gitlab-ci.yml:1",
      "b.yml a.yml:2",
    ]);
  });
});
