import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { isBareShell, SHELL_PROBE_ARGV } from "./shell-probe.ts";

describe("the shell of an image (GS-840)", () => {
  test("the probe becomes a shell that takes its script from standard input", () => {
    const [program = "", ...args] = SHELL_PROBE_ARGV;
    const result = spawnSync(program, args, { input: "echo from $0; exit 7\n", encoding: "utf8" });
    expect({ status: result.status, out: result.stdout.trim() }).toEqual({
      status: 7,
      out: expect.stringMatching(/^from \/.*sh$/),
    });
  });

  test.each([
    [["/bin/bash"], true],
    [["sh"], true],
    [["/usr/local/bin/zsh"], true],
    [["/bin/bash", "-c"], false],
    [["docker-entrypoint.sh"], false],
    [["/entrypoint.bash"], false],
    [["fish"], false],
    [[""], false],
    [[], false],
  ])("%j is a bare shell: %s", (entrypoint, expected) => {
    expect(isBareShell(entrypoint)).toBe(expected);
  });
});
