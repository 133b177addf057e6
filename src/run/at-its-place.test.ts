import { describe, expect, test } from "vitest";
import { testService } from "../../tests/test-plans.ts";
import type { HostAccess } from "../model/container.ts";
import { EngineFailureError, EngineUnavailableError, OutriggerError } from "../model/outrigger-error.ts";
import { withPlace } from "./at-its-place.ts";

const at = (line: number): HostAccess["at"] => ({ file: ".drone.yml", line, column: 5 });

const ASKED: readonly HostAccess[] = [
  { capability: "volumes", value: "/dev/tty:/dev/x", at: at(7) },
  { capability: "volumes", value: "/dev/ttyUSB0:/dev/ttyUSB0", at: at(8) },
  { capability: "security", value: "SYS_NOTHING", at: at(9) },
  { capability: "network", value: "nowhere", at: at(10) },
];
const PLAN = testService("db", "postgres", { asked: ASKED, at: at(3) });

function placed(code: string, message: string): OutriggerError {
  const error = withPlace('service "db"', PLAN, new EngineFailureError(code, message));
  if (!(error instanceof OutriggerError)) throw new Error("expected an error for people");
  return error;
}

describe("what an engine refuses, at the line that asks for it", () => {
  test.each([
    ["device_missing", 'adding custom device "/dev/ttyUSB0": no such file', 8, 'make "/dev/ttyUSB0" there'],
    ["device_missing", 'adding custom device "/dev/tty": no such file', 7, "engine's machine"],
    ["bad_request", 'invalid CapAdd: unknown capability: "CAP_SYS_NOTHING"', 9, 'change "SYS_NOTHING"'],
    ["no_such_object", "network nowhere not found", 10, 'change "nowhere"'],
  ])("%s: %s", (code, message, line, hint) => {
    const error = placed(code, message);
    expect(error).toMatchObject({ code, message: `service "db": ${message}`, at: { line } });
    expect(error.hint).toContain(hint);
  });

  test("what nothing asked for is the container's own line", () => {
    expect(placed("bad_request", "unable to find user nobody9")).toMatchObject({ at: { line: 3 }, hint: undefined });
  });

  test.each([
    new EngineFailureError("disk_full", "no space left"),
    new EngineFailureError("no_such_object", "no such container: 12ab"),
    new EngineUnavailableError("gone"),
    new Error("ours"),
  ])("%s is the machine's trouble or ours, and stays as it is", (error) => {
    expect(withPlace('service "db"', PLAN, error)).toBe(error);
  });
});
