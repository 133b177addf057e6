import { expect, test } from "vitest";
import { exitCodeOfRun } from "./exit-codes.ts";

test.each([
  [undefined, undefined, 0],
  ["failed", undefined, 1],
  ["service_failed", undefined, 3],
  ["image_failed", undefined, 4],
  ["refused", undefined, 5],
  ["engine_failed", undefined, 6],
  ["timed_out", undefined, 124],
  ["canceled", "SIGINT", 130],
  ["failed", "SIGTERM", 143],
  [undefined, "SIGHUP", 129],
] as const)("a run decided by %s and stopped by %s exits with %i", (decidedBy, stoppedBy, exitCode) => {
  expect(exitCodeOfRun(decidedBy, stoppedBy)).toBe(exitCode);
});
