import type { LineBlock } from "./line-block.ts";

interface KeptLines {
  readonly bytes: Buffer;
  readonly count: number;
}

/** The last lines of a log while it goes by. */
export class LastLines {
  readonly #limit: number;
  #kept: KeptLines[] = [];
  #count = 0;

  /** @param limit how many to keep, at least 1. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add({ bytes, ends, count }: LineBlock): void {
    const kept = Math.min(this.#limit, count);
    const from = ends[count - kept - 1] ?? 0;
    if (kept === this.#limit) this.#kept.length = this.#count = 0;
    this.#kept.push({ bytes: Buffer.from(bytes.subarray(from)), count: kept });
    this.#count += kept;
    // Lines that come one by one must not make a long list.
    if (this.#count >= 4 * this.#limit) this.#forget();
  }

  /** Oldest first. */
  texts(): readonly string[] {
    const text = Buffer.concat(this.#kept.map(({ bytes }) => bytes)).toString();
    return text.split("\n").slice(0, -1).slice(-this.#limit);
  }

  #forget(): void {
    let first = this.#kept.length;
    for (this.#count = 0; first > 0 && this.#count < this.#limit; ) this.#count += this.#kept[--first]?.count ?? 0;
    this.#kept = this.#kept.slice(first);
  }
}
