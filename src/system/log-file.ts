import { createReadStream } from "node:fs";
import { createLineSplitter, LINE_GOES_ON, MAX_LINE_BYTES } from "../trace/lines.ts";
import { BufferedFile } from "./buffered-file.ts";
import { DroppedLines, type LogRate, LogRateLimit } from "./log-rate.ts";

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

  append(t: string, fd: 1 | 2, texts: readonly string[]): void {
    const head = `${t} ${fd} `;
    if (this.#limit === undefined) this.#file.append(`${head}${texts.join(`\n${head}`)}\n`);
    else for (const text of texts) this.#appendWithin(this.#limit, t, `${head}${text}\n`);
  }

  pressure(): Promise<void> | undefined {
    return this.#file.pressure();
  }

  async close(): Promise<void> {
    if (!this.#dropped.isEmpty) this.#tellDropped();
    await this.#file.close();
  }

  #appendWithin(limit: LogRateLimit, t: string, line: string): void {
    if (!limit.admits(line.length, t)) return this.#dropped.add(line);
    if (!this.#dropped.isEmpty) this.#tellDropped();
    this.#file.append(line);
  }

  #tellDropped(): void {
    const { tail, lines, bytes } = this.#dropped.take();
    const at = tail[0]?.slice(0, tail[0].indexOf(" ")) ?? "";
    if (lines > 0) this.#file.append(`${at} 0 ${lines} lines (${bytes} bytes) dropped: ${this.#describeRate()}\n`);
    for (const line of tail) this.#file.append(line);
  }

  #describeRate(): string {
    const { burst, perSecond } = this.#rate ?? { burst: 0, perSecond: 0 };
    return `more than ${Math.round(burst / 1024)} KiB at once and ${Math.round(perSecond / 1024)} KiB a second`;
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
    (lines) => {
      for (const line of lines) {
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
