import { describe, expect, test } from "vitest";
import type { RunEvent, RunEventBody } from "../../src/events/run-event.ts";
import { delaysMs, findLineFault, firstLineMs, mostWaiting, ninetyFifth, parseEvents } from "./cluster-figures.ts";

const begin = Date.parse("2026-01-01T00:00:00Z");

function event(seq: number, afterMs: number, body: RunEventBody): RunEvent {
  return { v: 1, seq, t: new Date(begin + afterMs).toISOString(), run: "r", ...body };
}

function line(seq: number, afterMs: number, text: string, job = "a"): RunEvent {
  return event(seq, afterMs, { type: "job.log", job, step: "build", fd: 1, text });
}

const started = (seq: number, afterMs: number, job = "a"): RunEvent =>
  event(seq, afterMs, { type: "job.started", job, attempt: 1 });

describe("figures of a run on a cluster", () => {
  test("the first line counts from the start of its job", () => {
    expect(firstLineMs([started(1, 500), line(2, 1_900, "first"), line(3, 2_000, "second")])).toBe(1_400);
    expect(firstLineMs([started(1, 500)])).toBeNaN();
  });

  test("a line that begins with a time stamp says how late it was; others say nothing", () => {
    const printedAt = ((begin + 1_000) / 1000).toFixed(6);
    expect(delaysMs([line(1, 1_030, printedAt), line(2, 1_040, "$ echo 12")])).toEqual([30]);
    expect(ninetyFifth(Array.from({ length: 101 }, (_, index) => index))).toBe(95);
  });

  test("jobs that count to 2 twice: a lost, a doubled and a missing line are found", () => {
    const whole = ["1", "2", "1", "2"].map((text, index) => line(index, 0, text));
    expect(findLineFault(whole, ["a"], 2)).toBeUndefined();
    expect(findLineFault(whole.slice(1), ["a"], 2)).toBe("a has 3 lines where 4 in their order were expected");
    expect(findLineFault(whole, ["a", "b"], 2)).toBe("b has 0 lines where 4 in their order were expected");
  });

  test("jobs that wait are those that have begun, but not their scripts", () => {
    const script = event(4, 0, { type: "script.started", job: "a", step: "build", script: "main" });
    expect(mostWaiting([started(1, 0), started(2, 0, "b"), script, started(5, 0, "c")])).toBe(2);
  });

  test("events are read from a file's lines", () => {
    const events = [started(1, 0), line(2, 1, "x")];
    expect(parseEvents(events.map((one) => `${JSON.stringify(one)}\n`).join(""))).toEqual(events);
  });
});
