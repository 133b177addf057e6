import { type ChildProcessByStdio, spawn } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { callCli } from "../../tests/call-cli.ts";
import { formatEvent } from "../events/ndjson.ts";
import type { RunEvent } from "../events/run-event.ts";
import { currentOwner } from "../system/owner.ts";
import { eventsPath, logPath } from "../system/run-paths.ts";
import { markUnfinished } from "../system/unfinished-runs.ts";

const RUN = "abc123";
const JOB = "a \x1b[31mjob\nwith more";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "outrigger-logs-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A run that has begun, and whose process left nothing more. */
function keepUnfinishedRun(): void {
  const log = logPath(folder, RUN, JOB);
  mkdirSync(dirname(log), { recursive: true });
  const jobs = [{ name: JOB, stage: "test", image: "alpine", services: [], showServiceLogs: false }];
  const head = { v: 1, seq: 1, t: "2026-01-01T00:00:00.000Z", run: RUN } as const;
  const started = { ...head, type: "run.started", file: "f.yml", dialect: "gitlab", engine: "docker", jobs } as const;
  writeFileSync(eventsPath(folder, RUN), formatEvent(started));
  writeFileSync(log, "2026-01-01T00:00:00.000Z 1 hello\n");
}

describe("outrigger logs of a run whose process is gone", () => {
  beforeEach(keepUnfinishedRun);

  test("the list says killed, and a name cannot write to the terminal", async () => {
    const { stdout } = await callCli(folder, ["logs"]);
    expect(stdout).toBe(`${RUN}  2026-01-01T00:00:00.000Z  killed    f.yml  a jobwith more\n`);
  });

  test("--follow ends after what there is", async () => {
    const { exitCode, stdout } = await callCli(folder, ["logs", RUN, "--follow"]);
    expect([exitCode, stdout]).toEqual([0, "a jobwith more | hello\n"]);
  });
});

describe("outrigger logs of a job and its service", () => {
  const RUNNING = "def456";
  const head = { v: 1, run: RUNNING } as const;
  const service = { id: "db", image: "postgres:16" };
  const jobs = [{ name: "test", stage: "test", image: "alpine", services: [service], showServiceLogs: false }];
  const write = (...events: readonly RunEvent[]): void =>
    writeFileSync(eventsPath(folder, RUNNING), events.map(formatEvent).join(""));
  const started = {
    ...head,
    seq: 1,
    t: "2026-01-01T00:00:00.000Z",
    type: "run.started",
    file: "f.yml",
    dialect: "gitlab",
    engine: "docker",
    jobs,
  } as const;
  const finished = { ...head, seq: 2, t: "2026-01-01T00:00:09.000Z", type: "run.finished" } as const;

  beforeEach(() => {
    mkdirSync(dirname(logPath(folder, RUNNING, "test")), { recursive: true });
    write(started);
    writeFileSync(
      logPath(folder, RUNNING, "test"),
      "2026-01-01T00:00:01.000Z 1 first\n2026-01-01T00:00:03.000Z 1 third\n",
    );
    writeFileSync(logPath(folder, RUNNING, "test", "db"), "2026-01-01T00:00:02.000Z 2 second\n");
  });

  test("--merged puts them together by time; JOB:SERVICE is the service alone", async () => {
    expect((await callCli(folder, ["logs", RUNNING, "--merged"])).stdout).toBe(
      "test | first\ntest:db | 2026-01-01T00:00:02.000Z second\ntest | third\n",
    );
    expect((await callCli(folder, ["logs", RUNNING, "test:db"])).stdout).toBe("2026-01-01T00:00:02.000Z second\n");
    expect((await callCli(folder, ["logs", RUNNING, "test"])).stdout).toBe("first\nthird\n");
  });

  test("--follow goes on while the run's process lives, until it has ended", async () => {
    markUnfinished(folder, RUNNING, currentOwner(), "");
    let isOver = false;
    const following = callCli(folder, ["logs", RUNNING, "test", "--follow"]).finally(() => {
      isOver = true;
    });
    await callCli(folder, ["logs", RUNNING, "test"]);
    expect(isOver).toBe(false);
    appendFileSync(logPath(folder, RUNNING, "test"), "2026-01-01T00:00:04.000Z 1 last\n");
    write(started, { ...finished, state: "passed", exitCode: 0, afterMs: 9000 });
    expect((await following).stdout).toBe("first\nthird\nlast\n");
  });
});

describe("outrigger logs of a log that is longer than what a pipe takes", () => {
  const LAUNCHER = join(import.meta.dirname, "../../bin/outrigger.js");
  const line = `2026-01-01T00:00:00.000Z 1 ${"x".repeat(200)}\n`;

  /** Its peak memory so far, in KiB. */
  const peakOf = (pid: number | undefined): number =>
    Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);

  const start = (...argv: readonly string[]): ChildProcessByStdio<null, Readable, null> => {
    keepUnfinishedRun();
    writeFileSync(logPath(folder, RUN, JOB), line.repeat(400_000));
    const env = { ...process.env, XDG_STATE_HOME: folder };
    mkdirSync(join(folder, "outrigger"));
    renameSync(join(folder, "runs"), join(folder, "outrigger", "runs"));
    return spawn(process.execPath, [LAUNCHER, "logs", RUN, ...argv], { env, stdio: ["ignore", "pipe", "inherit"] });
  };

  test.each([["--merged"], []])("waits for a slow reader, and ends when that goes away: %j", async (...argv) => {
    const child = start(...argv);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    await new Promise((resolve) => child.stdout.once("readable", resolve));
    const idle = async (): Promise<boolean> => {
      const before = readFileSync(`/proc/${child.pid}/stat`, "utf8");
      await new Promise((resolve) => setTimeout(resolve, 500));
      return readFileSync(`/proc/${child.pid}/stat`, "utf8") === before;
    };
    await expect.poll(idle, { timeout: 20_000 }).toBe(true);
    expect(peakOf(child.pid)).toBeLessThan(160 * 1024);
    child.stdout.destroy();
    expect(await ended).toBe(0);
  });
});

test("outrigger logs says that no run is kept", async () => {
  expect(await callCli(folder, ["logs"])).toEqual({ exitCode: 0, stdout: "", stderr: "no runs are kept\n" });
});
