import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GrowingBytes } from "../text/byte-room.ts";
import { LineBlock } from "../text/line-block.ts";
import { type LogSource, toLogEvents } from "./log-lines.ts";
import { formatEvent } from "./ndjson.ts";
import { writeLogLines } from "./write-log-lines.ts";

const nasty = 'a"b\\c\u2028\ud800\n\x1bü';

/** Written together, and one by one. */
function bothForms(seq: number, source: LogSource, texts: readonly string[]): [string, string] {
  const lines = { seq, t: "2026-11-22T02:24:55.120Z", run: "7f3a", source, block: LineBlock.of(texts) };
  const room = new GrowingBytes();
  writeLogLines(lines, room);
  return [room.written().toString(), [...toLogEvents(lines)].map(formatEvent).join("")];
}

describe("log lines as NDJSON are written together as they are one by one", () => {
  const every = Array.from({ length: 0x2030 }, (_, code) => String.fromCharCode(code)).filter((char) => char !== "\n");
  test.each<[string, LogSource, readonly string[]]>([
    ["plain lines of a job", { type: "job.log", job: nasty, step: "s", fd: 1 }, ["a", "", "ü"]],
    [
      "lines of a service, one of them with a quote",
      { type: "service.log", job: "j", service: "db", fd: 2 },
      ["a", '"'],
    ],
    ["every character", { type: "job.log", job: "j", step: nasty, fd: 2 }, [...every, every.join(""), "\u{1f600}"]],
    ["no lines", { type: "job.log", job: "j", step: "s", fd: 1 }, []],
  ])("%s", (_, source, texts) => {
    const [together, single] = bothForms(1, source, texts);
    expect(together).toBe(single);
  });

  test.each(["", "a", "ab", "abc", "abcd", "abcdefg", "\x1b", "abc\x01", "abcdefgh\x02"])(
    "%j, wherever in memory it lies",
    (text) => {
      for (let offset = 0; offset < 8; offset++) {
        const memory = Buffer.from(`${"x".repeat(offset)}${text}\n`);
        // From a room of its own: small buffers share one, and lie wherever there is a place.
        const own = Buffer.from(new Uint8Array(memory).buffer, offset);
        const source: LogSource = { type: "job.log", job: "j", step: "s", fd: 1 };
        const lines = { seq: 1, t: "t", run: "r", source, block: new LineBlock(own) };
        const room = new GrowingBytes();
        writeLogLines(lines, room);
        expect(room.written().toString()).toBe([...toLogEvents(lines)].map(formatEvent).join(""));
      }
    },
  );

  test("whatever the lines are, and wherever the numbers grow by a digit", () => {
    const char = fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(..."abcdefgh ü€😀") },
      fc.constantFrom('"', "\\", "\t", "\r", "\x1b", "\x00", "\x1f", "\x7f", "\u2028"),
    );
    const texts = fc.array(fc.string({ unit: char, maxLength: 20 }), { maxLength: 30 });
    fc.assert(
      fc.property(fc.constantFrom(1, 7, 98, 9_999_990), texts, (seq, lines) => {
        const [together, single] = bothForms(seq, { type: "job.log", job: "j", step: "s", fd: 1 }, lines);
        expect(together).toBe(single);
      }),
      { numRuns: 500 },
    );
  });
});
