import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { callCli } from "../../tests/call-cli.ts";
import { formatEvent } from "../events/ndjson.ts";
import { eventsPath, logPath } from "../system/run-paths.ts";

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

test("outrigger logs says that no run is kept", async () => {
  expect(await callCli(folder, ["logs"])).toEqual({ exitCode: 0, stdout: "", stderr: "no runs are kept\n" });
});
