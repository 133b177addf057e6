import { open } from "node:fs/promises";
import { type LogLine, LogLineReader } from "./log-file.ts";

const CHUNK_BYTES = 262_144;

/** Reads a log that still grows, from where it stopped before. */
export class LogFollower {
  readonly #path: string;
  readonly #reader = new LogLineReader();
  #position = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Whole lines that came since the last call, oldest first; none while there is no such file. */
  async readNew(): Promise<readonly LogLine[]> {
    const handle = await open(this.#path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (handle === undefined) return [];
    await using file = handle;
    const lines: LogLine[] = [];
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, this.#position);
      if (bytesRead === 0) return lines;
      this.#position += bytesRead;
      lines.push(...this.#reader.take(buffer.subarray(0, bytesRead)));
    }
  }
}

/** Several logs as one, by time; lines of one log keep their order. */
export async function* mergeLogs<T extends { readonly t: string }>(
  logs: readonly AsyncIterable<readonly T[]>[],
): AsyncGenerator<readonly T[]> {
  const heads = await Promise.all(logs.map((log) => LogHead.open(log)));
  for (;;) {
    const open = heads.filter((head) => head.line !== undefined);
    const [first, ...others] = open;
    if (first === undefined) return;
    // ISO times in UTC sort as text.
    const oldest = others.reduce((best, head) => ((head.line?.t ?? "") < (best.line?.t ?? "") ? head : best), first);
    if (oldest.line !== undefined) yield [oldest.line];
    await oldest.next();
  }
}

class LogHead<T> {
  readonly #pieces: AsyncIterator<readonly T[]>;
  #lines: readonly T[] = [];
  #index = 0;
  line: T | undefined;

  private constructor(pieces: AsyncIterator<readonly T[]>) {
    this.#pieces = pieces;
  }

  static async open<T>(log: AsyncIterable<readonly T[]>): Promise<LogHead<T>> {
    const head = new LogHead(log[Symbol.asyncIterator]());
    await head.next();
    return head;
  }

  async next(): Promise<void> {
    while (this.#index >= this.#lines.length) {
      const piece = await this.#pieces.next();
      if (piece.done === true) {
        this.line = undefined;
        return;
      }
      this.#lines = piece.value;
      this.#index = 0;
    }
    this.line = this.#lines[this.#index++];
  }
}
