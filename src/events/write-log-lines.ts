import type { ByteRoom } from "../text/byte-room.ts";
import type { LineBlock } from "../text/line-block.ts";
import type { LogLines } from "./log-lines.ts";
import { EVENT_VERSION } from "./run-event.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BRACE = 0x7d;
/** Bytes below need an escape; LF is no part of a line. */
const FIRST_PLAIN = 0x20;
const LF = 0x0a;
/** So many words, or a byte of their sum is too small. */
const MAX_SUMMED = 255;
const ZERO = 0x30;
const NINE = 0x39;

/** As JSON has them; empty for a byte that stands for itself. */
const ESCAPES: readonly Buffer[] = Array.from({ length: 256 }, (_, byte) => {
  const isPlain = byte >= FIRST_PLAIN && byte !== QUOTE && byte !== BACKSLASH;
  return Buffer.from(isPlain ? "" : JSON.stringify(String.fromCharCode(byte)).slice(1, -1));
});
const LONGEST_ESCAPE = 6;
/** `"}` and LF. */
const TAIL_BYTES = 3;
const NO_WORDS = new Int32Array(0);
const HEAD_START = `{"v":${EVENT_VERSION},"seq":`;

/** Writes each of the lines as `formatEvent` would, without a string for any of them. */
export function writeLogLines(lines: LogLines, room: ByteRoom): void {
  const { seq, block } = lines;
  const isPlain = needsNoEscape(block);
  let head = headOf(lines, seq);
  let from = 0;
  for (let n = 0; n < block.count; n++) {
    if (n > 0 && !countUp(head)) head = headOf(lines, seq + n);
    const end = block.ends[n] ?? 0;
    const longest = (isPlain ? 1 : LONGEST_ESCAPE) * (end - from);
    const out = room.reserve(head.bytes.length + longest + TAIL_BYTES);
    const start = room.at;
    out.set(head.bytes, start);
    let at = start + head.bytes.length;
    if (isPlain) at += block.bytes.copy(out, at, from, end - 1);
    else at = copyEscaped(block.bytes, from, end - 1, out, at);
    out[at++] = QUOTE;
    out[at++] = BRACE;
    out[at++] = LF;
    room.use(at - start);
    from = end;
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

/** One look at all lines is several times faster than one at each. */
function needsNoEscape({ bytes, count }: LineBlock): boolean {
  return !bytes.includes(QUOTE) && !bytes.includes(BACKSLASH) && countControls(bytes) === count;
}

/** Counts bytes below 0x20: four at a time, those at both ends one by one. */
function countControls(bytes: Buffer): number {
  const untilWord = -bytes.byteOffset & 3;
  // Too short to reach a word at all: one must not even be asked for there.
  const skipped = bytes.length < untilWord ? bytes.length : untilWord;
  const words =
    skipped < untilWord
      ? NO_WORDS
      : new Int32Array(bytes.buffer, bytes.byteOffset + skipped, (bytes.length - skipped) >> 2);
  let count = 0;
  for (let n = 0; n < words.length; n += MAX_SUMMED) count += countControlsInWords(words, n, n + MAX_SUMMED);
  const behind = skipped + 4 * words.length;
  for (let at = 0; at < skipped; at++) if ((bytes[at] ?? 0) < FIRST_PLAIN) count++;
  for (let at = behind; at < bytes.length; at++) if ((bytes[at] ?? 0) < FIRST_PLAIN) count++;
  return count;
}

/** Each byte of `sums` counts for one of the four places in a word. */
function countControlsInWords(words: Int32Array, from: number, end: number): number {
  let sums = 0;
  for (let n = from; n < end && n < words.length; n++) {
    const word = words[n] ?? 0;
    // The highest bit of each byte is set unless it is below 0x20.
    const plain = ((word & 0x7f7f7f7f) + 0x60606060) | word;
    sums += (~plain & 0x80808080) >>> 7;
  }
  return (sums & 0xff) + ((sums >>> 8) & 0xff) + ((sums >>> 16) & 0xff) + (sums >>> 24);
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
