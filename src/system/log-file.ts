import { createReadStream } from "node:fs";
import type { ByteRoom } from "../text/byte-room.ts";
import { formatBytes } from "../text/bytes.ts";
import type { LineBlock } from "../text/line-block.ts";
import { createLineSplitter, LINE_GOES_ON, MAX_LINE_BYTES } from "../trace/lines.ts";
import { BufferedFile } from "./buffered-file.ts";
import { DroppedLines } from "./dropped-lines.ts";
import { type LogRate, LogRateLimit } from "./log-rate.ts";

/** One line of a stored log. `fd` 0: a remark of Outrigger's own. */
export interface LogLine {
  /** ISO 8601 in UTC with milliseconds. */
  readonly t: string;
  readonly fd: 0 | 1 | 2;
  readonly text: string;
}

/**
 * A log on disk: `TIME FD TEXT` on each line. What a rate limit does not let through is dropped but for its end; a remark in
 * its place says how much is missing.
 */
export class LogFile {
  readonly #file: BufferedFile;
  readonly #rate: LogRate | undefined;
  readonly #limit: LogRateLimit | undefined;
  readonly #dropped = new DroppedLines();

  /** @param rate undefined: everything is kept. */
  constructor(path: string, rate: LogRate | undefined, onFailure: (error: unknown) => void) {
    this.#file = new BufferedFile(path, onFailure);
    this.#rate = rate;
    this.#limit = rate === undefined ? undefined : new LogRateLimit(rate);
  }

  append(t: string, fd: 1 | 2, block: LineBlock): void {
    const head = Buffer.from(`${t} ${fd} `);
    for (const { first, end } of block.groups()) {
      if (this.#limit === undefined) writeLines(head, block, first, end, this.#file);
      else this.#appendLimited(this.#limit, { t, head, block, first, end });
    }
  }

  pressure(): Promise<void> | undefined {
    return this.#file.pressure();
  }

  async close(): Promise<void> {
    if (!this.#dropped.isEmpty) this.#tellDropped();
    await this.#file.close();
  }

  /** Lines with the same fate are written together. */
  #appendLimited(limit: LogRateLimit, { t, head, block, first, end }: LinesToAppend): void {
    let from = first;
    let isKept = limit.admits(head.length + lengthOf(block, first), t);
    for (let n = first + 1; n <= end; n++) {
      const isNextKept = n < end && limit.admits(head.length + lengthOf(block, n), t);
      if (n < end && isNextKept === isKept) continue;
      if (isKept && !this.#dropped.isEmpty) this.#tellDropped();
      writeLines(head, block, from, n, isKept ? this.#file : this.#dropped);
      from = n;
      isKept = isNextKept;
    }
  }

  #tellDropped(): void {
    const { tail, lines, bytes } = this.#dropped.take();
    const at = tail.toString("latin1", 0, tail.indexOf(" "));
    if (lines > 0) this.#file.append(`${at} 0 ${lines} lines (${bytes} bytes) dropped: ${this.#describeLimit()}\n`);
    this.#file.reserve(tail.length).set(tail, this.#file.at);
    this.#file.use(tail.length);
  }

  #describeLimit(): string {
    const { burst, perSecond, total } = this.#rate ?? { burst: 0, perSecond: 0, total: 0 };
    if (this.#limit?.isFull === true) return `more than ${formatBytes(total)} in all`;
    return `more than ${Math.round(burst / 1024)} KiB at once and ${Math.round(perSecond / 1024)} KiB a second`;
  }
}

interface LinesToAppend {
  readonly t: string;
  readonly head: Buffer;
  readonly block: LineBlock;
  readonly first: number;
  readonly end: number;
}

/** With its LF. */
function lengthOf(block: LineBlock, n: number): number {
  return block.startOf(n + 1) - block.startOf(n);
}

function writeLines(head: Buffer, block: LineBlock, first: number, end: number, room: ByteRoom): void {
  const length = (end - first) * head.length + block.startOf(end) - block.startOf(first);
  const out = room.reserve(length);
  let at = room.at;
  let from = block.startOf(first);
  for (let n = first; n < end; n++) {
    const to = block.startOf(n + 1);
    out.set(head, at);
    at += head.length;
    at += block.bytes.copy(out, at, from, to);
    from = to;
  }
  room.use(length);
}

/** Reads a log in pieces as large as they come from the disk; a line that is still being written is left out. */
export async function* readLogFile(path: string): AsyncGenerator<readonly LogLine[]> {
  const reader = new LogLineReader();
  for await (const chunk of createReadStream(path)) {
    if (!(chunk instanceof Uint8Array)) throw new Error("a file gave text");
    const lines = reader.take(chunk);
    if (lines.length > 0) yield lines;
  }
}

/** Turns pieces of a log's file into its lines; a line that is not whole yet waits for its rest. */
export class LogLineReader {
  #lines: LogLine[] = [];
  readonly #splitter = createLineSplitter(
    (block) => {
      for (const line of block.texts()) {
        const parsed = parseLogLine(line);
        if (parsed !== undefined) this.#lines.push(parsed);
      }
    },
    MAX_LINE_BYTES + LINE_GOES_ON.length + 64,
  );

  take(chunk: Uint8Array): readonly LogLine[] {
    this.#splitter.write(chunk);
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }
}

function parseLogLine(line: string): LogLine | undefined {
  const match = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) ([012]) /.exec(line);
  if (match === null) return undefined;
  const [whole, t = "", fd] = match;
  return { t, fd: fd === "1" ? 1 : fd === "2" ? 2 : 0, text: line.slice(whole.length) };
}
