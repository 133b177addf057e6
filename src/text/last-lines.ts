import type { LineBlock } from "./line-block.ts";

/** The last lines of a log while it goes by. */
export class LastLines {
  readonly #limit: number;
  #blocks: LineBlock[] = [];
  #count = 0;

  /** @param limit how many to keep, at least 1. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(block: LineBlock): void {
    const last = block.last(this.#limit);
    this.#blocks.push(last);
    this.#count += last.count;
    // Lines that come one by one must not make a long list of blocks.
    if (this.#count >= 4 * this.#limit || last.count === this.#limit) this.#forget();
  }

  /** Oldest first. */
  texts(): readonly string[] {
    return this.#blocks.flatMap((block) => block.texts()).slice(-this.#limit);
  }

  #forget(): void {
    let first = this.#blocks.length;
    for (this.#count = 0; first > 0 && this.#count < this.#limit; ) this.#count += this.#blocks[--first]?.count ?? 0;
    this.#blocks = this.#blocks.slice(first);
  }
}
