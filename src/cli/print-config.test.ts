import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runInFolder } from "../../tests/run-in-folder.ts";
import { EXIT } from "./exit-codes.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outrigger-config-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const FILES = {
  ".gitlab-ci.yml": `include: {local: inc.yml, inputs: {n: "7"}}
stages: [one]
J:
  extends: .base
  script: [!reference [.more, list], last]
`,
  "inc.yml": `spec: {inputs: {n: }}
---
stages: [none]
.base: {image: "i:$[[ inputs.n ]]", stage: one, retry: 01, variables: {A: "012"}}
.more: {list: [first]}
`,
};

describe("outrigger config (GY-64)", () => {
  test("prints the file as one document that lists the same jobs", async () => {
    const printed = await runInFolder(folder, FILES, "config");
    expect(printed).toMatchObject({ exitCode: EXIT.passed, stderr: "" });
    expect(printed.stdout).toBe(`stages:
  - one
.base:
  image: i:7
  stage: one
  retry: 01
  variables:
    A: "012"
.more:
  list:
    - first
J:
  image: i:7
  stage: one
  retry: 01
  variables:
    A: "012"
  extends: .base
  script:
    - - first
    - last
`);
    const merged = await runInFolder(folder, {}, "config", "--merged");
    expect(merged.stdout).toBe(printed.stdout);
  });

  test("with --no-expand-includes puts in inputs alone and fetches nothing", async () => {
    const files = {
      ".gitlab-ci.yml": "spec: {inputs: {a: }}\n---\ninclude: [none.yml]\nJ:\n  script: $[[ inputs.a ]]\n",
    };
    const printed = await runInFolder(folder, files, "config", "--no-expand-includes", "--input", "a=x");
    expect(printed).toEqual({
      exitCode: EXIT.passed,
      stderr: "",
      stdout: "include:\n  - none.yml\nJ:\n  script: x\n",
    });
  });

  test("says what is wrong, and prints what there is", async () => {
    const printed = await runInFolder(folder, { "f.yml": "J: {extends: .none}\n" }, "config", "f.yml");
    expect(printed.exitCode).toBe(EXIT.invalid);
    expect(printed.stderr).toContain("f.yml:1:14: error: J: unknown keys in `extends` (.none)");
    expect(printed.stdout).toBe("J:\n  extends: .none\n");
  });

  test("says which included files the text lacks", async () => {
    const files = { "f.yml": "include: [{project: g/p, file: a.yml}]\nJ: {image: a, script: x}\n" };
    const printed = await runInFolder(folder, files, "config", "f.yml", "--offline");
    expect(printed).toMatchObject({ exitCode: EXIT.passed, stdout: "J:\n  image: a\n  script: x\n" });
    expect(printed.stderr).toContain("note: not fetched (offline): file `a.yml` of project `g/p`");
  });

  test("has nothing for files of other dialects", async () => {
    const files = { ".drone.yml": "kind: pipeline\nname: d\nsteps: [{name: a, image: b, commands: [c]}]\n" };
    const printed = await runInFolder(folder, files, "config");
    expect(printed).toMatchObject({ exitCode: EXIT.invalid, stdout: "" });
    expect(printed.stderr).toContain("it has no includes, references or extends");
  });
});
