import { isUtf8 } from "node:buffer";
import { LineBlock } from "../text/line-block.ts";

/** A longer line is cut into pieces of at most this many bytes. */
export const MAX_LINE_BYTES = 65_536;
/** Ends every piece of a line that goes on in the next one. */
export const LINE_GOES_ON = " [line goes on]";

/** Turns one stream of bytes into lines of text. */
export interface LineSplitter {
  write(chunk: Uint8Array): void;
  /** Hands out an unfinished line as it is, for a prompt that waits; what follows becomes a line of its own. */
  flush(): void;
  /** Hands out the last line, also when it ends in the middle of a character. */
  end(): void;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * Lines end with LF or CRLF. Bytes that are no UTF-8 become U+FFFD; a character cut by a chunk's border is put together
 * again. A lone CR does not end a line: a progress bar is one line, with all its states, until it is shown
 * (`control-sequences.ts` keeps the last state). The result does not depend on how the input was cut.
 *
 * @param onLines gets as many lines at once as a chunk holds: taking them one by one costs more than all the rest.
 */
export function createLineSplitter(onLines: (block: LineBlock) => void, maxLineBytes = MAX_LINE_BYTES): LineSplitter {
  const rest = new ByteQueue();
  return {
    write(chunk) {
      let data = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      if (rest.length > 0) {
        const end = data.indexOf(NEWLINE) + 1;
        if (end > 0 && rest.length + end <= maxLineBytes) {
          // Most often: the line is whole now, and the chunk's other lines need not be copied behind it.
          rest.push(data.subarray(0, end));
          onLines(toBlock(rest.takeAll()));
          data = data.subarray(end);
        } else {
          rest.push(data);
          if (end === 0 && rest.length <= maxLineBytes) return;
          data = rest.takeAll();
        }
      }
      rest.push(data.subarray(emitLines(data, maxLineBytes, onLines)));
    },
    flush() {
      if (rest.length === 0) return;
      const data = rest.takeAll();
      // The first bytes of a character that is not whole yet are worth waiting for.
      const whole = wholeCharacters(data, data.length);
      if (whole > 0) onLines(toUnfinished(data.subarray(0, whole)));
      rest.push(data.subarray(whole));
    },
    end() {
      if (rest.length > 0) onLines(toUnfinished(rest.takeAll()));
    },
  };
}

/** @returns how many bytes were used up. */
function emitLines(data: Buffer, maxLineBytes: number, onLines: (block: LineBlock) => void): number {
  let from = 0;
  while (from < data.length) {
    const end = data.lastIndexOf(NEWLINE, Math.min(data.length - 1, from + maxLineBytes));
    if (end >= from) {
      onLines(toBlock(data.subarray(from, end + 1)));
      from = end + 1;
    } else if (data.length - from > maxLineBytes) {
      const cut = wholeCharacters(data, from + maxLineBytes, from);
      onLines(LineBlock.of([data.toString("utf8", from, cut) + LINE_GOES_ON]));
      from = cut;
    } else {
      break;
    }
  }
  return from;
}

/** @param bytes whole lines. */
function toBlock(bytes: Buffer): LineBlock {
  // One byte is looked for ten times faster than two.
  if (isUtf8(bytes) && !bytes.includes(RETURN)) return new LineBlock(bytes);
  return new LineBlock(Buffer.from(bytes.toString().replaceAll("\r\n", "\n")));
}

function toUnfinished(bytes: Buffer): LineBlock {
  const text = bytes.toString();
  return LineBlock.of([text.endsWith("\r") ? text.slice(0, -1) : text]);
}

/** The last border between characters in `data` at or before `end`; broken UTF-8 is cut anywhere. */
function wholeCharacters(data: Buffer, end: number, from = 0): number {
  for (let back = 1; back <= 3 && end - back >= from; back++) {
    const byte = data[end - back] ?? 0;
    if (byte < 0x80) return end;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return back < length && end - back > from ? end - back : end;
    }
  }
  return end;
}

/** Bytes of an unfinished line; grows by doubling, so that a line that arrives byte by byte stays cheap. */
class ByteQueue {
  #buffer: Buffer = Buffer.alloc(0);
  length = 0;

  push(data: Uint8Array): void {
    if (data.length === 0) return;
    const needed = this.length + data.length;
    if (needed > this.#buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(256, 2 * needed));
      this.#buffer.copy(grown, 0, 0, this.length);
      this.#buffer = grown;
    }
    this.#buffer.set(data, this.length);
    this.length = needed;
  }

  /** Valid until something else is pushed. */
  takeAll(): Buffer {
    const data = this.#buffer.subarray(0, this.length);
    this.length = 0;
    return data;
  }
}
