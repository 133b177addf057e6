import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { callCli } from "../../tests/call-cli.ts";
import { type ProcessResult, runProcess } from "../system/processes.ts";

const PROGRAM = resolve(import.meta.dirname, "../../bin/outrigger.js");
const STRANGE = String.raw`"\e[31mred\x07 job": {image: alpine, stage: "s\e[2J", script: ["true"]}`;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "outrigger-main-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The real program, by a shell's script in which `"$0" "$1"` starts it. */
async function shell(script: string): Promise<ProcessResult> {
  const env = { PATH: process.env["PATH"], HOME: folder };
  return await runProcess("sh", ["-c", script, process.execPath, PROGRAM], { cwd: folder, env });
}

describe("surroundings that fail", () => {
  test("a folder that was removed behind the shell's back: one cause, one next step, exit code 2", async () => {
    const { exitCode, stderr } = await shell('mkdir gone && cd gone && rmdir ../gone && "$0" "$1" list');
    expect([exitCode, stderr]).toEqual([
      2,
      "error: the folder you stand in is not there any more\n  try: go to your project's folder: cd\n",
    ]);
  });

  test.runIf(process.platform === "linux")("output that a full disk does not take is an error", async () => {
    writeFileSync(join(folder, ".gitlab-ci.yml"), "a: {image: alpine, script: [x]}");
    const { exitCode, stderr } = await shell('"$0" "$1" list > /dev/full');
    expect(stderr).toBe(
      "error: not all of the output could be written: no space is left where it goes\n  try: send stdout somewhere else\n",
    );
    expect(exitCode).toBe(2);
  });

  test("a reader that has read enough is none", async () => {
    writeFileSync(join(folder, ".gitlab-ci.yml"), "a: {image: alpine, script: [x]}");
    expect(await shell('{ "$0" "$1" list; echo "code $?" >&2; } | true')).toMatchObject({ stderr: "code 0\n" });
  });
});

test.each([["list"], ["explain"], ["run", "x"], ["lint"]])(
  "%s: names in a file cannot write to the terminal",
  async (...argv) => {
    const { stdout, stderr } = await callCli(writeFile(STRANGE), argv);
    // oxlint-disable-next-line no-control-regex
    expect(stdout + stderr).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f]/);
  },
);

test("a repeatable option does not say that it begins with nothing", async () => {
  const { stdout } = await callCli(folder, ["run", "--help"]);
  expect(stdout).toContain("--mask");
  expect(stdout).not.toContain("[])");
});

test.each([
  { argv: ["run", "--nope"], says: "error: unknown option '--nope'\n  try: outrigger run --help\n" },
  { argv: ["nope"], says: "error: unknown command 'nope'\n  try: outrigger --help\n" },
])("$argv: a command line that cannot be names the help that has it", async ({ argv, says }) => {
  expect(await callCli(folder, argv)).toEqual({ exitCode: 2, stdout: "", stderr: says });
});

function writeFile(text: string): string {
  writeFileSync(join(folder, ".gitlab-ci.yml"), text);
  return folder;
}
