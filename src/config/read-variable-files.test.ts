import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readVariableFiles } from "./read-variable-files.ts";

let root = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "outrigger-variables-"));
  mkdirSync(join(root, "project", ".outrigger"), { recursive: true });
  mkdirSync(join(root, "settings"));
});

afterEach(() => rmSync(root, { recursive: true }));

async function read(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  const variables = await readVariableFiles(join(root, "settings"), join(root, "project"));
  return variables.map(({ name, value, environment, masked, raw, isFile, origin }) => {
    const marks = [masked && "masked", raw && "raw", isFile && "file"].filter(Boolean).join(" ");
    return `${origin}: ${name}=${value} in ${environment} ${marks}`.trim();
  });
}

const PROJECT = "project/.outrigger/variables.yml";

describe("variables from files (GY-95, GY-293)", () => {
  test("no file, no variables", async () => {
    expect(await read({})).toEqual([]);
    expect(await read({ [PROJECT]: "# nothing yet\n" })).toEqual([]);
  });

  test("a folder in place of the file has a cause and a next step", async () => {
    mkdirSync(join(root, PROJECT));
    await expect(read({})).rejects.toMatchObject({
      message: expect.stringContaining(`cannot read "${join(root, PROJECT)}"`),
      hint: expect.stringContaining("has to be a file"),
    });
  });

  test("the person's, then the project's, each as written", async () => {
    const files = {
      "settings/variables.yml": "A: 1.0\nB: yes\n",
      "project/.gitlab-ci-local-variables.yml": 'KEY:\n  type: file\n  values:\n    "*": all\n    production: prod\n',
      [PROJECT]: "A: {value: $B, expand: false, masked: true}\nC:\n  - {value: one, environment: review/*}\n  - two\n",
    };
    expect(await read(files)).toEqual([
      "user file: A=1.0 in *",
      "user file: B=yes in *",
      "project file: KEY=all in * file",
      "project file: KEY=prod in production file",
      "project file: A=$B in * masked raw",
      "project file: C=one in review/*",
      "project file: C=two in *",
    ]);
  });

  test.each([
    ["- A\n", "expected a mapping of names and values"],
    ["A-B: 1\n", '"A-B" is no name of a variable'],
    ["A: {valu: 1}\n", '"valu" is unknown, known are value, values, environment, masked, expand, type'],
    ["A: {masked: true}\n", "value: is missing"],
    ["A: {value: [1]}\n", "expected a text"],
    ["A: {value: 1, masked: maybe}\n", "masked: expected true or false"],
    ["A: {value: 1, type: fil}\n", 'type "fil" is unknown, known are variable and file'],
    ["A: {values: 1}\n", "expected a mapping of environments and values"],
    ["A: [\n", ""],
  ])("%j is refused with its place", async (text, message) => {
    const refused = read({ [PROJECT]: text });
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toMatchObject({ at: { file: join(root, PROJECT), line: expect.any(Number) } });
  });
});
