const LF = 0x0a;
const GROUP_LINES = 256;

/** The lines from `first` on, before `end`. */
export interface LineGroup {
  readonly first: number;
  readonly end: number;
  readonly bytes: number;
}

/** Lines of text as UTF-8. Strings are made only of those that somebody wants to read: most are copied from here to there. */
export class LineBlock {
  /** Each line with its LF. Borrowed: whoever takes a block copies what it needs of it before it returns. */
  readonly bytes: Buffer;
  /** Where each line ends, behind its LF. */
  readonly ends: readonly number[];
  #texts: readonly string[] | undefined;

  /** @param bytes well-formed UTF-8; empty, or with an LF at its end. */
  constructor(bytes: Buffer) {
    const ends: number[] = [];
    for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) ends.push(at + 1);
    this.bytes = bytes;
    this.ends = ends;
  }

  /** @param texts without LF. */
  static of(texts: readonly string[]): LineBlock {
    return new LineBlock(Buffer.from(texts.map((text) => `${text}\n`).join("")));
  }

  get count(): number {
    return this.ends.length;
  }

  /** Where a line begins. */
  startOf(n: number): number {
    return n === 0 ? 0 : (this.ends[n - 1] ?? 0);
  }

  /** All lines, some at a time: room for a whole block of very short lines would be many times the block. */
  *groups(): Generator<LineGroup> {
    for (let first = 0; first < this.count; first += GROUP_LINES) {
      const end = Math.min(this.count, first + GROUP_LINES);
      yield { first, end, bytes: this.startOf(end) - this.startOf(first) };
    }
  }

  texts(): readonly string[] {
    this.#texts ??= this.count === 0 ? [] : this.bytes.toString("utf8", 0, this.bytes.length - 1).split("\n");
    return this.#texts;
  }
}
