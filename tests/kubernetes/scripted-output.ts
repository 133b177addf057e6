/** Bytes that grow, and somebody who waits for more of them. */
export class ScriptedOutput {
  readonly #chunks: Buffer[] = [];
  #wake: () => void = () => undefined;
  #more: Promise<void>;
  #isOver = false;

  constructor() {
    this.#more = this.#next();
  }

  add(text: string): void {
    this.#chunks.push(Buffer.from(text));
    this.#ring();
  }

  end(): void {
    this.#isOver = true;
    this.#ring();
  }

  /** From a byte on, until its end or the signal's. */
  async *from(offset: number, signal: AbortSignal, isFollowed = true): AsyncGenerator<Uint8Array> {
    const stopped = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    let skip = offset;
    for (let at = 0; !signal.aborted; ) {
      const more = this.#more;
      for (; at < this.#chunks.length; at++) {
        const chunk = this.#chunks[at] ?? Buffer.alloc(0);
        const piece = chunk.subarray(skip);
        skip = Math.max(0, skip - chunk.length);
        if (piece.length > 0) yield piece;
      }
      if (this.#isOver || !isFollowed) return;
      await Promise.race([more, stopped]);
    }
  }

  #next(): Promise<void> {
    return new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  #ring(): void {
    const wake = this.#wake;
    this.#more = this.#next();
    wake();
  }
}
