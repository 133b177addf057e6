import { createReadStream } from "node:fs";
import { createLineSplitter, LINE_GOES_ON, MAX_LINE_BYTES } from "../trace/lines.ts";
import { BufferedFile } from "./buffered-file.ts";

/** How much of the end of a log is kept beyond its limit, in characters. */
const TAIL_LENGTH = 262_144;

/** One line of a stored log. `fd` 0: a remark of Outrigger's own. */
export interface LogLine {
  /** ISO 8601 in UTC with milliseconds. */
  readonly t: string;
  readonly fd: 0 | 1 | 2;
  readonly text: string;
}

/**
 * A log on disk: `TIME FD TEXT` on each line. Beyond `maxLength` characters only the end is kept, in memory until the log
 * is closed; a remark in its place says how many lines were dropped.
 */
export class LogFile {
  readonly #file: BufferedFile;
  readonly #maxLength: number;
  #length = 0;
  #tail: string[] = [];
  #tailLength = 0;
  #dropped = 0;

  constructor(path: string, maxLength: number, onFailure: (error: unknown) => void) {
    this.#file = new BufferedFile(path, onFailure);
    this.#maxLength = maxLength;
  }

  append(t: string, fd: 1 | 2, text: string): void {
    const line = `${t} ${fd} ${text}\n`;
    this.#length += line.length;
    if (this.#length <= this.#maxLength) this.#file.append(line);
    else this.#keepInTail(line);
  }

  pressure(): Promise<void> | undefined {
    return this.#file.pressure();
  }

  async close(): Promise<void> {
    const kept = this.#tail.slice(this.#surplus());
    this.#dropped += this.#tail.length - kept.length;
    if (this.#dropped > 0) {
      const at = kept[0]?.slice(0, kept[0].indexOf(" ")) ?? "";
      this.#file.append(
        `${at} 0 ${this.#dropped} lines dropped: the log is longer than ${this.#maxLength} characters\n`,
      );
    }
    for (const line of kept) this.#file.append(line);
    this.#tail = [];
    await this.#file.close();
  }

  #keepInTail(line: string): void {
    this.#tail.push(line);
    this.#tailLength += line.length;
    // Cutting now and then is cheaper than with every line.
    if (this.#tailLength < 2 * TAIL_LENGTH) return;
    const surplus = this.#surplus();
    for (const old of this.#tail.splice(0, surplus)) this.#tailLength -= old.length;
    this.#dropped += surplus;
  }

  /** How many of the oldest lines in memory are beyond what is kept. */
  #surplus(): number {
    let length = this.#tailLength;
    let count = 0;
    while (length > TAIL_LENGTH && count < this.#tail.length) length -= this.#tail[count++]?.length ?? 0;
    return count;
  }
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
    (line) => {
      const parsed = parseLogLine(line);
      if (parsed !== undefined) this.#lines.push(parsed);
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
