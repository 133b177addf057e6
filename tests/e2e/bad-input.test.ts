import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CliProject } from "./cli-project.ts";

/** An alias bomb: nine levels of nine. */
const BOMB = `${[...Array(9).keys()].map((n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`).join(", ")}]`).join("\n")}\n`;

interface BadFile {
  readonly what: string;
  readonly text: string;
  /** `line:column` behind the file's name. */
  readonly at: string;
  readonly says: string;
  /** The next step; left out where the message is one itself. */
  readonly hint?: string;
}

const BAD_FILES: readonly BadFile[] = [
  { what: "an empty file", text: "", at: "1:1", says: "Please provide content of", hint: "add a job" },
  { what: "nothing but a comment", text: "# soon\n", at: "1:1", says: "Please provide content of", hint: "add a job" },
  { what: "a list", text: "- a\n", at: "1:1", says: "Invalid configuration format", hint: "is a mapping" },
  { what: "broken YAML", text: "a: [1\nb: 2\n", at: "2:1", says: "flow sequence" },
  { what: "a tab", text: "a:\n\tscript: x\n", at: "2:1", says: "tabs", hint: "use spaces" },
  { what: "an alias bomb", text: `a0: &a0 [x]\n${BOMB}`, at: "1:1", says: "too big", hint: "fewer aliases" },
  { what: "a nest too deep", text: `a: ${"[".repeat(50_000)}`, at: "1:", says: "too deep" },
  { what: "more than 2 MiB", text: `a: x\n#${"x".repeat(2_200_000)}`, at: "1:1", says: "too big" },
  {
    what: "a cycle of extends",
    text: "a: {extends: b, script: x}\nb: {extends: a}\n",
    at: "2:14",
    says: "circular dependency detected in `extends`",
  },
  {
    what: "a cycle of needs",
    text: "a: {needs: [c], script: x}\nb: {needs: [a], script: x}\nc: {needs: [b], script: x}\n",
    at: "1:13",
    says: "circular dependencies",
    hint: "a needs c needs b needs a",
  },
  { what: "a bad image", text: "a:\n  image: Up Per\n  script: x\n", at: "2:10", says: '"Up Per"', hint: "lower case" },
  { what: "a job without a script", text: "a:\n  image: busybox\n", at: "1:1", says: "script" },
  {
    what: "a service without a name",
    text: "a:\n  services: [{alias: db}]\n  script: x\n",
    at: "2:14",
    says: "name can't be blank",
    hint: "name: is the image",
  },
  {
    what: "a service with a blank name",
    text: "a:\n  services:\n    - name: '  '\n  script: x\n",
    at: "3:13",
    says: "name can't be blank",
    hint: "name: is the image",
  },
  {
    what: "an entry point that is a map",
    text: "a:\n  services: [{name: redis, entrypoint: {a: b}}]\n  script: x\n",
    at: "2:40",
    says: "entrypoint should be an array of strings",
  },
  {
    what: "an unknown key",
    text: "a:\n  services: [{name: redis, comand: [x]}]\n  script: x\n",
    at: "2:28",
    says: "unknown keys: comand",
    hint: 'did you mean "command"',
  },
];

describe("a pipeline file that cannot run", () => {
  const project = new CliProject({});
  beforeAll(() => {
    for (const [index, { text }] of BAD_FILES.entries()) writeFileSync(join(project.folder, `${index}.yml`), text);
  });
  afterAll(() => project[Symbol.dispose]());

  test.each(BAD_FILES.map((file, index) => ({ ...file, index })))("$what", async ({ index, at, says, hint }) => {
    const { exitCode, stderr, stdout } = await project.call(["run", "--file", `${index}.yml`]);
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    const error = stderr.split("\n").find((line) => line.includes(": error: ")) ?? stderr;
    expect(error).toMatch(new RegExp(`^${index}\\.yml:${at}`));
    expect(error).toContain(says);
    if (hint !== undefined) expect(stderr.slice(stderr.indexOf("  hint: "))).toContain(hint);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test("5 MB of YAML are refused before they are read", async () => {
    writeFileSync(join(project.folder, "large.yml"), "#".repeat(5_000_000));
    const result = await project.call(["run", "--file", "large.yml"]);
    expect(result).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('"large.yml" is too large') });
  });
});

describe("no file to read", () => {
  const project = new CliProject({ "sub/.gitlab-ci.yml": "a: {script: x}\n" });
  afterAll(() => project[Symbol.dispose]());

  test.each([
    { argv: ["run"], says: "no pipeline file here or in a folder above", next: "--file" },
    { argv: ["run", "--file", "none.yml"], says: 'cannot read "none.yml": no such file', next: "--file" },
    { argv: ["run", "--file", "sub"], says: '"sub" is a folder', next: "sub/.gitlab-ci.yml" },
    { argv: ["lint", "latin.yml"], says: '"latin.yml" is not UTF-8', next: "UTF-8" },
    { argv: ["list", "--file", "none.yml"], says: 'cannot read "none.yml"', next: "--file" },
    { argv: ["explain", "--file", "none.yml"], says: 'cannot read "none.yml"', next: "--file" },
  ])("$argv", async ({ argv, says, next }) => {
    writeFileSync(join(project.folder, "latin.yml"), Buffer.from([0x61, 0x3a, 0x20, 0xe9]));
    const { exitCode, stderr } = await project.call(argv);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`error: ${says}`);
    expect(stderr.split("\n")[1]).toMatch(/^ {2}try: /);
    expect(stderr).toContain(next);
  });
});

describe("a command line that cannot be", () => {
  const project = new CliProject({ ".gitlab-ci.yml": "test: {image: busybox, script: x}\n", "vars.env": "A=1\nB\n" });
  afterAll(() => project[Symbol.dispose]());

  test.each([
    { argv: ["rum"], says: "unknown command 'rum'", next: "Did you mean run?" },
    { argv: ["run", "--nope"], says: "unknown option '--nope'", next: "--help" },
    { argv: ["run", "--varable", "A=1"], says: "unknown option '--varable'", next: "Did you mean --variable?" },
    { argv: ["run", "--variable", "A"], says: '--variable "A" is not NAME=VALUE', next: "try: " },
    { argv: ["run", "--env-file", "vars.env"], says: "vars.env:2:1: error: expected NAME=VALUE", next: "try: " },
    {
      argv: ["run", "--trusted=nonsense"],
      says: '--trusted "nonsense" is unknown',
      next: "network, volumes, security",
    },
    { argv: ["run", "--trusted="], says: "--trusted", next: "network, volumes, security" },
    { argv: ["run", "--jobs", "0"], says: '--jobs "0"', next: "try: " },
    { argv: ["run", "--jobs", "1e3x"], says: '--jobs "1e3x"', next: "try: " },
    { argv: ["run", "--services-timeout", "soon"], says: '--services-timeout "soon"', next: "60s" },
    { argv: ["run", "--pull", "maybe"], says: "maybe", next: "if-not-present" },
    { argv: ["run", "--services", "maybe"], says: "maybe", next: "strict" },
    { argv: ["run", "--color", "maybe"], says: "maybe", next: "never" },
    { argv: ["run", "tset"], says: 'no job named "tset" in .gitlab-ci.yml', next: 'did you mean "test"?' },
    { argv: ["run", "--json=no/such/folder/x.ndjson"], says: "cannot write --json", next: "try: " },
    { argv: ["explain", "tset"], says: 'no job named "tset"', next: 'did you mean "test"?' },
    { argv: ["logs", "nothere"], says: 'no run "nothere"', next: "outrigger logs" },
    { argv: ["lint", "a", "b"], says: "too many arguments", next: "--help" },
  ])("$argv", async ({ argv, says, next }) => {
    const { exitCode, stderr, stdout } = await project.call(argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(says);
    expect(stderr).toContain(next);
    expect(stderr.match(/error: /g)).toHaveLength(1);
  });
});

test("duplicate keys are told with both places, and the last one counts (GY-9)", async () => {
  using project = new CliProject({ ".gitlab-ci.yml": "a: {script: x}\na:\n  image: busybox\n  script: [y]\n" });
  const { exitCode, stderr } = await project.call(["lint"]);
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/^\.gitlab-ci\.yml:2:1: warning: duplicate key "a".*line 1 \[yaml-duplicate-key\]$/m);
});

test("the file is found from a folder below, and its name is shown as seen from there", async () => {
  using project = new CliProject({ ".gitlab-ci.yml": "a: [\n" });
  mkdirSync(join(project.folder, "deep/er"), { recursive: true });
  const { exitCode, stderr } = await project.call(["lint"], {}, "deep/er");
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^\.\.\/\.\.\/\.gitlab-ci\.yml:2:1: error: /m);
});
