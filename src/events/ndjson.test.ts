import { describe, expect, test } from "vitest";
import { LineBlock } from "../text/line-block.ts";
import { createEventLog } from "./event-log.ts";
import { EVENT_FIELDS, eventJsonSchema } from "./event-schema.ts";
import { formatEvent, parseEvent } from "./ndjson.ts";
import type { RunEvent, RunEventBody } from "./run-event.ts";

const nasty = 'a"b\\c\u2028\ud800\n\x1bü';
const head = { v: 1, seq: 3, t: "2026-11-22T02:24:55.120Z", run: "7f3a" } as const;

describe("events as NDJSON", () => {
  const bodies: readonly RunEventBody[] = [
    { type: "job.log", job: nasty, step: nasty, fd: 1, text: nasty },
    { type: "job.log", job: nasty, step: nasty, fd: 2, text: "x" },
    { type: "service.log", job: nasty, service: "db", fd: 2, text: nasty },
    { type: "run.cleaned", containers: 1, networks: 1, volumes: 0, problems: [nasty] },
    { type: "run.note", level: "note", text: "x" },
  ];
  test.each(bodies)("$type is one line, the same as JSON.stringify makes, and comes back", (body) => {
    const event: RunEvent = { ...head, ...body };
    const line = formatEvent(event);
    expect(line).toBe(`${JSON.stringify(event)}\n`);
    expect(parseEvent(line)).toEqual(event);
  });

  test.each([
    ["cut short", '{"v":1,"seq":3,"t":"2026'],
    ["empty", ""],
    ["of another version", JSON.stringify({ ...head, v: 2, type: "image.pulling", image: "x" })],
    ["of an unknown type", JSON.stringify({ ...head, type: "moon.landed" })],
    ["without a field", JSON.stringify({ ...head, type: "image.pulling" })],
    ["with a field of another kind", JSON.stringify({ ...head, type: "image.pulling", image: 7 })],
    ["not an object", "[1]"],
  ])("a line %s is passed over", (_, line) => {
    expect(parseEvent(line)).toBe(undefined);
  });

  test("unknown fields are kept, missing optional ones are fine", () => {
    const event = { ...head, type: "run.note", level: "note", text: "x", colour: "blue" };
    expect(parseEvent(JSON.stringify(event))).toEqual(event);
  });

  test("the schema knows every type", () => {
    const text = JSON.stringify(eventJsonSchema());
    for (const type of Object.keys(EVENT_FIELDS)) expect(text).toContain(`"const":"${type}"`);
  });
});

describe("the event log", () => {
  test("numbers from 1 without gaps and stamps", () => {
    const out: RunEvent[] = [];
    const log = createEventLog({ runId: "7f3a", now: () => 0, listeners: [(event) => void out.push(event)] });
    log.emit({ type: "image.pulling", image: "a" });
    log.emit({ type: "job.log", job: "a", step: "a", fd: 1, text: "x" });
    expect(out.map(({ v, seq, t, run }) => ({ v, seq, t, run }))).toEqual([
      { v: 1, seq: 1, t: "1970-01-01T00:00:00.000Z", run: "7f3a" },
      { v: 1, seq: 2, t: "1970-01-01T00:00:00.000Z", run: "7f3a" },
    ]);
  });

  test("log lines that come together are events like all others, and keep their place between them", () => {
    const [one, many]: [RunEvent[], unknown[]] = [[], []];
    const listener = {
      onEvent: (event: RunEvent) => void many.push(event.seq),
      onLines: (lines: unknown) => void many.push(lines),
    };
    const log = createEventLog({ runId: "7f3a", now: () => 0, listeners: [(event) => void one.push(event), listener] });
    const source = { type: "job.log", job: "a", step: "b", fd: 2 } as const;
    log.emit({ type: "image.pulling", image: "a" });
    const block = LineBlock.of(["x", "y"]);
    log.emitLines(source, block);
    log.emitLines(source, LineBlock.of([]));
    log.emit({ type: "image.pulling", image: "b" });
    const stamp = { t: "1970-01-01T00:00:00.000Z", run: "7f3a" };
    expect(one.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(one[2]).toEqual({ v: 1, seq: 3, ...stamp, ...source, text: "y" });
    expect(many).toEqual([1, { seq: 2, ...stamp, source, block }, 4]);
  });

  test("asks to wait while a listener is busy, and no longer", async () => {
    const busy = Promise.withResolvers<void>();
    const log = createEventLog({ runId: "7f3a", now: () => 0, listeners: [() => busy.promise] });
    expect(log.pressure()).toBe(undefined);
    log.emit({ type: "image.pulling", image: "a" });
    log.emit({ type: "image.pulling", image: "a" });
    const pressure = log.pressure();
    expect(pressure).toBeInstanceOf(Promise);
    busy.resolve();
    await pressure;
    await Promise.resolve();
    expect(log.pressure()).toBe(undefined);
  });
});
