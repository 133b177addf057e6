import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quoteForShell } from "../../text/shell-words.ts";
import { MARKER } from "./script-marker.ts";
import { toShellScript } from "./shell-script.ts";

const SHELLS = ["bash", "dash", "sh"].filter((shell) => spawnSync(shell, ["-c", "exit 0"]).status === 0);
const PLAIN = { exports: new Map<string, string>(), trace: false };

function runIn(shell: string, commands: readonly string[], options = PLAIN): { code: number | null; out: string } {
  const { status, stdout } = spawnSync(shell, [], { input: toShellScript(commands, options), encoding: "utf8" });
  return { code: status, out: stdout.replace(MARKER, "").replaceAll("\u001b[32;1m", "").replaceAll("\u001b[0;m", "") };
}

describe.each(SHELLS)("a script in %s", (shell) => {
  test("echoes each command before it runs (GY-126)", () => {
    expect(runIn(shell, ["echo one", "echo 'two  words'"])).toEqual({
      code: 0,
      out: "$ echo one\none\n$ echo 'two  words'\ntwo  words\n",
    });
  });

  test("ends with the exit code of the first command that fails, and runs none behind it (GS-842)", () => {
    expect(runIn(shell, ["echo a", "(exit 7)", "echo never"])).toEqual({ code: 7, out: "$ echo a\na\n$ (exit 7)\n" });
  });

  test("an exit in the middle counts as it is", () => {
    expect(runIn(shell, ["exit 0", "echo never"]).code).toBe(0);
    expect(runIn(shell, ["exit 42"]).code).toBe(42);
  });

  test("commands share folder, variables and options (GS-841)", () => {
    expect(runIn(shell, ["cd /", "A=1", "pwd; echo $A"]).out).toContain("/\n1\n");
  });

  test("a command that reads its input finds none, and the script goes on", () => {
    expect(runIn(shell, ["cat", "echo after"])).toEqual({ code: 0, out: "$ cat\n$ echo after\nafter\n" });
  });

  test("a command of several lines is one unit and is shown by its first line", () => {
    const { out } = runIn(shell, ["for i in 1 2; do\n  echo $i\ndone\n"]);
    expect(out).toBe("$ for i in 1 2; do # collapsed multi-line command\n1\n2\n");
  });

  test("a here-document works", () => {
    expect(runIn(shell, ["cat <<EOF\nit's $((1 + 1))\nEOF\n", "echo end"]).out).toContain("it's 2\n$ echo end\nend\n");
  });

  test("exports are there, with any value", () => {
    const exports = new Map([["CI_JOB_STATUS", 'it\'s "$HOME"\n`x`']]);
    expect(runIn(shell, ['printf %s "$CI_JOB_STATUS"'], { exports, trace: false }).out).toContain('it\'s "$HOME"\n`x`');
  });

  test("a syntax error fails the script", () => {
    expect(runIn(shell, ["if true; then"]).code).not.toBe(0);
  });
});

test("a failing part of a pipe fails the command where the shell can tell", () => {
  expect(runIn("bash", ["false | true", "echo never"]).code).toBe(1);
});

test("any text is one word of a shell", () => {
  fc.assert(
    fc.property(
      fc.string().filter((text) => !text.includes("\0")),
      (text) => {
        expect(spawnSync("sh", ["-c", `printf %s ${quoteForShell(text)}`], { encoding: "utf8" }).stdout).toBe(text);
      },
    ),
    { numRuns: 30 },
  );
});
