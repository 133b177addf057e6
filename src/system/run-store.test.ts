import { mkdtemp, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createEventLog } from "../events/event-log.ts";
import type { RunEventBody } from "../events/run-event.ts";
import type { LogRate } from "./log-rate.ts";
import { logPath, runFolder } from "./run-paths.ts";
import { openRunRecorder } from "./run-recorder.ts";
import { findRun, listRuns, pruneRuns, readLog, readRun, readRunEvents } from "./run-store.ts";

let stateFolder = "";
beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), "outrigger-test-"));
});
afterEach(() => rm(stateFolder, { recursive: true }));

const finished: RunEventBody = { type: "run.finished", state: "passed", exitCode: 0, afterMs: 5 };

async function record(runId: string, bodies: Iterable<RunEventBody>, serviceLogRate?: LogRate): Promise<unknown[]> {
  const problems: unknown[] = [];
  const limit = serviceLogRate === undefined ? {} : { serviceLogRate };
  const recorder = await openRunRecorder({ stateFolder, runId, onProblem: (error) => problems.push(error), ...limit });
  const log = createEventLog({ runId, now: () => 1_700_000_000_000, listeners: [recorder] });
  for (const body of bodies) {
    log.emit(body);
    await log.pressure();
  }
  await recorder.close();
  return problems;
}

async function logOf(runId: string, job: string, service?: string): Promise<string[]> {
  const out: string[] = [];
  for await (const lines of readLog(stateFolder, runId, job, service)) {
    out.push(...lines.map((line) => `${line.fd} ${line.text}`));
  }
  return out;
}

function* manyLines(count: number): Generator<RunEventBody> {
  for (let n = 0; n < count; n++) yield { type: "job.log", job: "j", step: "j", fd: 1, text: `${n} ${"ä".repeat(30)}` };
}

async function recordThree(): Promise<void> {
  for (const [age, runId] of ["bbb2", "bbb1", "aaa1"].entries()) {
    await record(runId, [finished]);
    await utimes(runFolder(stateFolder, runId), 1000 - age, 1000 - age);
  }
}

describe("a recorded run", () => {
  test("keeps what happened, and each log in a file of its own, with times", async () => {
    await record("aa11", [
      { type: "job.log", job: "b: [x/y, ..]", step: "b", fd: 1, text: "hello" },
      { type: "job.log", job: "b: [x/y, ..]", step: "b", fd: 2, text: "10%\r20% ü\u2028" },
      { type: "service.log", job: "b: [x/y, ..]", service: "db", fd: 1, text: "ready" },
      { type: "image.progress", image: "a", doneBytes: 1, totalBytes: 2 },
      finished,
    ]);
    expect(await logOf("aa11", "b: [x/y, ..]")).toEqual(["1 hello", "2 10%\r20% ü\u2028"]);
    expect(await logOf("aa11", "b: [x/y, ..]", "db")).toEqual(["1 ready"]);
    expect(await logOf("aa11", "unknown")).toEqual([]);
    expect((await readRunEvents(stateFolder, "aa11")).map((event) => event.type)).toEqual(["run.finished"]);
    expect((await readRun(stateFolder, "aa11")).state).toBe("passed");
  });

  test("a log file is readable by people and tools", async () => {
    await record("aa11", [{ type: "job.log", job: "test", step: "test", fd: 1, text: "hello" }]);
    const text = await readFile(join(runFolder(stateFolder, "aa11"), "logs", "test.log"), "utf8");
    expect(text).toBe("2023-11-14T22:13:20.000Z 1 hello\n");
  });

  test("of a service that floods, the beginning and the end are kept, and a line says what is missing", async () => {
    const lines = Array.from({ length: 20_000 }, (_, n) => `line ${n} ${"x".repeat(50)}`);
    const bodies = lines.map((text): RunEventBody => ({ type: "service.log", job: "j", service: "s", fd: 1, text }));
    await record("aa11", bodies, { burst: 102_400, perSecond: 1024, total: 1e9 });
    const kept = await logOf("aa11", "j", "s");
    const remark = kept.findIndex((line) => line.startsWith("0 "));
    expect(kept[0]).toBe(`1 ${lines[0]}`);
    expect(kept.at(-1)).toBe(`1 ${lines.at(-1)}`);
    const missing = lines.slice(remark, 20_000 - (kept.length - remark - 1));
    const bytes = missing.reduce((sum, line) => sum + `2023-11-14T22:13:20.000Z 1 ${line}\n`.length, 0);
    expect(kept[remark]).toBe(
      `0 ${missing.length} lines (${bytes} bytes) dropped: more than 100 KiB at once and 1 KiB a second`,
    );
  });

  test("of a service that never stops talking, so much is kept, and its end", async () => {
    const texts = Array.from({ length: 20_000 }, (_, n) => `line ${n} ${"ü".repeat(25)}`);
    const bodies = texts.map((text): RunEventBody => ({ type: "service.log", job: "j", service: "s", fd: 1, text }));
    const total = 262_144 + 100_000;
    await record("aa11", bodies, { burst: 1e9, perSecond: 1, total });
    const kept = await logOf("aa11", "j", "s");
    const remark = kept.findIndex((line) => line.startsWith("0 "));
    expect(kept[remark]).toMatch(/^0 \d+ lines \(\d+ bytes\) dropped: more than 353\.7 KiB in all$/);
    expect(kept.length - 1 + Number(/\d+(?= lines)/.exec(kept[remark] ?? "")?.[0])).toBe(texts.length);
    expect(kept.at(-1)).toBe(`1 ${texts.at(-1)}`);
    expect((await stat(logPath(stateFolder, "aa11", "j", "s"))).size).toBeLessThanOrEqual(total + 100);
  });

  test("much is written whole and in order", async () => {
    expect(await record("aa11", manyLines(100_000))).toEqual([]);
    const lines = await logOf("aa11", "j");
    expect(lines.length).toBe(100_000);
    expect(lines.every((line, n) => line.startsWith(`1 ${n} `))).toBe(true);
  });

  test("a disk that cannot be written is told once and stops nothing", async () => {
    await writeFile(join(stateFolder, "runs"), "in the way");
    const problems = await record("aa11", [
      { type: "job.log", job: "a", step: "a", fd: 1, text: "x" },
      { type: "service.log", job: "a", service: "b", fd: 1, text: "x" },
      finished,
    ]);
    expect(problems.length).toBe(1);
  });
});

describe("recorded runs", () => {
  test("are listed newest first, and found by the beginning of their id", async () => {
    expect(await listRuns(stateFolder)).toEqual([]);
    await recordThree();
    expect(await listRuns(stateFolder)).toEqual(["bbb2", "bbb1", "aaa1"]);
    expect(await findRun(stateFolder, "a")).toEqual({ kind: "found", runId: "aaa1" });
    expect(await findRun(stateFolder, "bbb1")).toEqual({ kind: "found", runId: "bbb1" });
    expect(await findRun(stateFolder, "bbb")).toEqual({ kind: "several", runIds: ["bbb2", "bbb1"] });
    expect(await findRun(stateFolder, "..")).toEqual({ kind: "none" });
  });

  test("the oldest are pruned", async () => {
    await recordThree();
    expect(await pruneRuns(stateFolder, 2)).toEqual(["aaa1"]);
    expect(await listRuns(stateFolder)).toEqual(["bbb2", "bbb1"]);
  });
});
