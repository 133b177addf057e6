import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootFolder } from "./static-checks.ts";

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Runs vitest on the terminal, with further options, and counts from its own report. */
export async function runVitest(
  options: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<TestCounts> {
  const folder = await mkdtemp(join(tmpdir(), "outrigger-report-"));
  try {
    const report = join(folder, "report.json");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const vitest = join(rootFolder, "node_modules/vitest/vitest.mjs");
    const child = spawn(process.execPath, [vitest, "run", ...reporters, ...options], {
      cwd: rootFolder,
      stdio: "inherit",
      env: { ...process.env, ...env },
    });
    const [exitCode] = await once(child, "exit");
    return countTests(await readFile(report, "utf8").catch(() => "{}"), exitCode === 0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A file that cannot be loaded and an error outside of tests count as one failure each: the report holds no test for them. */
export function countTests(reportText: string, hasSucceeded: boolean): TestCounts {
  const report: unknown = JSON.parse(reportText);
  const files = list(field(report, "testResults"));
  const states = files.flatMap((file) => list(field(file, "assertionResults")).map((test) => field(test, "status")));
  const unloaded = files.filter((file) => field(file, "status") === "failed" && !hasFailedTest(file)).length;
  const passed = states.filter((state) => state === "passed").length;
  const failed = states.filter((state) => state === "failed").length + unloaded;
  return {
    passed,
    failed: failed === 0 && !hasSucceeded ? 1 : failed,
    skipped: states.length - passed - failed + unloaded,
  };
}

function hasFailedTest(file: unknown): boolean {
  return list(field(file, "assertionResults")).some((test) => field(test, "status") === "failed");
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
