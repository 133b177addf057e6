import { describe, expect, test } from "vitest";
import type { RunningService } from "../../engines/engine.ts";
import { type DatabaseQuestion, databaseProbe } from "./database-probe.ts";

const NEVER = new AbortController().signal;
const REST = "1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0";

/** A script (process 1) with a server that started at `start`, and what else it runs. */
function table(start: number, ...others: string[]): string {
  const server = `30 (postgres) S 1 ${REST} ${start} 0`;
  return [
    `1 (bash) S 0 ${REST} 1 0`,
    server,
    ...others.map((name, index) => `${50 + index} (${name}) S 1 ${REST} 9 0`),
  ].join("\n");
}

/** What the probe says at each of these moments, milliseconds, with the processes of that moment. */
async function follow(...moments: readonly (readonly [at: number, processes: string])[]): Promise<string[]> {
  let now = 0;
  let processes = "";
  const running = {
    exec: async () => ({ kind: "ended", exitCode: 0, stdout: `fine\n--processes--\n${processes}\n`, stderr: "" }),
  } satisfies Pick<RunningService, "exec">;
  const question: DatabaseQuestion = {
    name: "ask",
    script: "ask",
    argv: [],
    serverNames: ["postgres"],
    judge: () => ({ kind: "ready", answer: "fine" }),
  };
  const probe = databaseProbe(running, question, () => now);
  const kinds: string[] = [];
  for (const [at, at_processes] of moments) {
    now = at;
    processes = at_processes;
    kinds.push((await probe.check(NEVER)).kind);
  }
  return kinds;
}

describe("good answers of a server that a script started", () => {
  test("count when the script has done nothing else for two seconds", async () => {
    expect(await follow([0, table(7)], [1_000, table(7)], [2_000, table(7)])).toEqual(["not_yet", "not_yet", "ready"]);
  });

  test("do not count between two commands of the script, however short the look", async () => {
    const moments = [
      [0, table(7)],
      [500, table(7, "sleep")],
      [600, table(7)],
      [2_100, table(7)],
    ] as const;
    expect(await follow(...moments)).toEqual(["not_yet", "not_yet", "not_yet", "not_yet"]);
  });

  test("do not count over a restart", async () => {
    expect(await follow([0, table(7)], [1_900, table(8)], [2_100, table(8)])).toEqual([
      "not_yet",
      "not_yet",
      "not_yet",
    ]);
  });

  test("count in the end beside a script that never ends", async () => {
    expect(await follow([0, table(7, "cron")], [14_000, table(7, "cron")], [15_000, table(7, "cron")])).toEqual([
      "not_yet",
      "not_yet",
      "ready",
    ]);
  });

  test("do not count of one that is gone by the time of the look; count after a while of one that goes by another name", async () => {
    const none = `1 (bash) S 0 ${REST} 1 0`;
    expect(await follow([0, table(7, "sleep")], [100, none], [900, none])).toEqual(["not_yet", "not_yet", "not_yet"]);
    expect(await follow([0, none], [2_000, none])).toEqual(["not_yet", "ready"]);
  });

  test("count at once when it is process 1", async () => {
    expect(await follow([0, `1 (postgres) S 0 ${REST} 5 0`])).toEqual(["ready"]);
  });
});
