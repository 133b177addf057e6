import type { ByteRoom } from "../text/byte-room.ts";
import type { LineBlock } from "../text/line-block.ts";
import type { LogLines } from "./log-lines.ts";
import { EVENT_VERSION } from "./run-event.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BRACE = 0x7d;
/** Bytes below need an escape. */
const FIRST_PLAIN = 0x20;
const LF = 0x0a;
const ZERO = 0x30;
const NINE = 0x39;

/** As JSON has them; empty for a byte that stands for itself. */
const ESCAPES: readonly Buffer[] = Array.from({ length: 256 }, (_, byte) => {
  const isPlain = byte >= FIRST_PLAIN && byte !== QUOTE && byte !== BACKSLASH;
  return Buffer.from(isPlain ? "" : JSON.stringify(String.fromCharCode(byte)).slice(1, -1));
});
/** LF is no part of a line. What is found most often comes first. */
const ESCAPED_BYTES = [...ESCAPES.keys()].filter((byte) => byte !== LF && ESCAPES[byte]?.length !== 0).toReversed();
const LONGEST_ESCAPE = 6;
/** `"}` and LF. */
const TAIL_BYTES = 3;
const HEAD_START = `{"v":${EVENT_VERSION},"seq":`;

/** Writes each of the lines as `formatEvent` would, without a string for any of them. */
export function writeLogLines(lines: LogLines, room: ByteRoom): void {
  const { seq, block } = lines;
  const isPlain = needsNoEscape(block);
  let head = headOf(lines, seq);
  for (const { first, end, bytes } of block.groups()) {
    // The number may get a digit more on the way.
    const longest = (isPlain ? 1 : LONGEST_ESCAPE) * bytes + (end - first) * (head.bytes.length + 1 + TAIL_BYTES);
    const out = room.reserve(longest);
    let at = room.at;
    let from = block.startOf(first);
    for (let n = first; n < end; n++) {
      if (n > 0 && !countUp(head)) head = headOf(lines, seq + n);
      out.set(head.bytes, at);
      at += head.bytes.length;
      const to = block.startOf(n + 1);
      if (isPlain) at += block.bytes.copy(out, at, from, to - 1);
      else at = copyEscaped(block.bytes, from, to - 1, out, at);
      out[at++] = QUOTE;
      out[at++] = BRACE;
      out[at++] = LF;
      from = to;
    }
    room.use(at - room.at);
  }
}

/** All of an event before its text. */
interface EventHead {
  readonly bytes: Buffer;
  /** Of its number's last digit. */
  readonly lastDigit: number;
}

function headOf({ t, run, source }: LogLines, seq: number): EventHead {
  const { type, job, fd } = source;
  const from = source.type === "job.log" ? { step: source.step } : { service: source.service };
  const start = `${HEAD_START}${seq}`;
  const rest = JSON.stringify({ t, run, type, job, ...from, fd }).slice(1, -1);
  return { bytes: Buffer.from(`${start},${rest},"text":"`), lastDigit: start.length - 1 };
}

/** Adds 1 to the number in the head, digit by digit. @returns false when it needs one digit more. */
function countUp({ bytes, lastDigit }: EventHead): boolean {
  let at = lastDigit;
  for (; bytes[at] === NINE; at--) bytes[at] = ZERO;
  if (at < HEAD_START.length) return false;
  bytes[at] = (bytes[at] ?? 0) + 1;
  return true;
}

/** A look for one byte goes through all lines several times faster than any code of ours, so one for each of them is cheap. */
function needsNoEscape({ bytes }: LineBlock): boolean {
  return !ESCAPED_BYTES.some((byte) => bytes.includes(byte));
}

/** @returns where it ended. */
function copyEscaped(bytes: Buffer, from: number, end: number, out: Buffer, start: number): number {
  let to = start;
  for (let at = from; at < end; at++) {
    const byte = bytes[at] ?? 0;
    const escape = ESCAPES[byte];
    if (escape === undefined || escape.length === 0) out[to++] = byte;
    else to += escape.copy(out, to);
  }
  return to;
}
