import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LogFollower, mergeLogs } from "./log-follower.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outrigger-test-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("a log that still grows", () => {
  test("gives each line once, and a line only when it is whole", async () => {
    const path = join(folder, "job.log");
    const log = new LogFollower(path);
    expect(await log.readNew()).toEqual([]);
    await appendFile(path, "2026-01-01T00:00:00.000Z 1 one\n2026-01-01T00:00:01.000Z 2 tw");
    expect(await log.readNew()).toEqual([{ t: "2026-01-01T00:00:00.000Z", fd: 1, text: "one" }]);
    expect(await log.readNew()).toEqual([]);
    await appendFile(path, "o\n");
    expect(await log.readNew()).toEqual([{ t: "2026-01-01T00:00:01.000Z", fd: 2, text: "two" }]);
  });
});

describe("several logs as one", () => {
  async function* pieces(...groups: readonly string[][]): AsyncGenerator<readonly { t: string }[]> {
    for (const group of groups) yield group.map((t) => ({ t }));
  }

  test.each([
    [
      [["1", "4"], ["9"]],
      [["2"], ["3", "5"]],
      ["1", "2", "3", "4", "5", "9"],
    ],
    [[], [["1"]], ["1"]],
    [
      [[], ["2"]],
      [["1"], []],
      ["1", "2"],
    ],
    [[], [], []],
  ])("%j and %j", async (first, second, expected) => {
    const merged: string[] = [];
    for await (const lines of mergeLogs([pieces(...first), pieces(...second)])) merged.push(...lines.map(({ t }) => t));
    expect(merged).toEqual(expected);
  });
});
