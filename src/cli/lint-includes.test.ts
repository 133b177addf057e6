import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CliOutput } from "../../tests/call-cli.ts";
import { runInFolder } from "../../tests/run-in-folder.ts";
import { EXIT } from "./exit-codes.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outrigger-lint-includes-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const outrigger = (files: Readonly<Record<string, string>>, ...argv: readonly string[]): Promise<CliOutput> =>
  runInFolder(folder, files, ...argv);

describe("findings through includes", () => {
  const files = {
    ".gitlab-ci.yml": "include: ci/a.yml\nJ: {image: i, script: [s], when: b}\n",
    "ci/a.yml": "include:\n  - ci/b.yml\n",
    "ci/b.yml": "K:\n  image: [x]\n  script: s\n",
  };

  test("each shows its own file's line", async () => {
    const { exitCode, stderr } = await outrigger(files, "lint");
    expect(exitCode).toBe(EXIT.invalid);
    expect(stderr).toContain(
      "ci/b.yml:2:10: error: jobs:K:image config should be a hash or a string [invalid-image]\n   2 |   image: [x]\n",
    );
    expect(stderr.indexOf(".gitlab-ci.yml:2:")).toBeLessThan(stderr.indexOf("ci/b.yml:2:"));
  });

  test("and the includes that led there, outermost first (GY-280)", async () => {
    const { stdout } = await outrigger(files, "lint", "--json");
    const { problems }: { problems: readonly { file: string; includeChain: readonly string[] }[] } = JSON.parse(stdout);
    expect(problems.find(({ file }) => file === "ci/b.yml")?.includeChain).toEqual([
      ".gitlab-ci.yml:1:10",
      "ci/a.yml:2:5",
    ]);
    expect(problems.find(({ file }) => file === ".gitlab-ci.yml")?.includeChain).toEqual([]);
  });
});

describe("--offline", () => {
  const remote = "include:\n  - remote: https://example.invalid/a.yml\n  - {project: g/p, file: [a.yml]}\n";
  const text = `${remote}J: {image: i, extends: .far, script: [s]}\n`;

  test.each(["lint", "list", "explain"])("%s fetches nothing; each file is one note", async (command) => {
    const { exitCode, stderr } = await outrigger({ ".gitlab-ci.yml": text }, command, "--offline");
    expect(exitCode).toBe(EXIT.passed);
    if (command === "lint") {
      expect(stderr.match(/note: not fetched.*/g)).toEqual([
        "note: not fetched (offline): remote `https://example.invalid/a.yml` [include-not-read]",
        "note: not fetched (offline): file `a.yml` of project `g/p` [include-not-read]",
      ]);
    }
  });

  test("a folder that a project is mapped to needs no network", async () => {
    const files = {
      ".gitlab-ci.yml": "include: {project: g/p, file: a.yml}\n",
      "far/a.yml": "K: {image: i, script: s}\n",
    };
    const byFlag = await outrigger(files, "list", "--offline", "--include-project", "g/p=far");
    expect(byFlag.stdout).toContain("K ");
    const config = { "config/config.yml": "includes: {projects: {g/p: ../far}}\n" };
    expect((await outrigger(config, "list", "--offline")).stdout).toBe(byFlag.stdout);
  });

  test("a settings file that is wrong says where", async () => {
    const files = { ".gitlab-ci.yml": remote, "config/config.yml": "includes:\n  project: {}\n" };
    const { exitCode, stderr } = await outrigger(files, "lint");
    expect(exitCode).toBe(EXIT.invalid);
    expect(stderr).toContain(
      'config/config.yml:2:3: error: "project" is unknown, known are projects, templates, allow_private',
    );
  });
});

describe("--input", () => {
  const text = "spec: {inputs: {n: {type: number}}}\n---\nJ:\n  image: i\n  script: [s]\n  retry: $[[ inputs.n ]]\n";

  test("gives the pipeline file's own inputs, from the line or a file", async () => {
    const files = { ".gitlab-ci.yml": text, "in.yml": "n: 1\n" };
    expect((await outrigger(files, "list", "--input", "n=2")).exitCode).toBe(EXIT.passed);
    expect((await outrigger(files, "list", "--input-file", "in.yml")).exitCode).toBe(EXIT.passed);
  });

  test.each([
    [["--input", "n"], '--input "n" is not NAME=VALUE'],
    [["--input-file", "no.yml"], 'cannot read --input-file "no.yml"'],
    [[], "`n` input: required value has not been provided"],
    [["--input", "n=x"], "`n` input: provided value is not a number"],
  ])("%j: %s", async (argv, message) => {
    const { exitCode, stderr } = await outrigger({ ".gitlab-ci.yml": text }, "list", ...argv);
    expect(exitCode).toBe(EXIT.invalid);
    expect(stderr).toContain(message);
  });
});
