/** Where bytes are written one behind the other, without an array for each piece. */
export interface ByteRoom {
  /** @returns where the next bytes go, with room for `length` of them from {@link ByteRoom.at} on, which it may move. */
  reserve(length: number): Buffer;
  readonly at: number;
  /** So many of the reserved bytes are written now. */
  use(length: number): void;
}

/** Bytes in memory; room that grows as it is asked for. */
export class GrowingBytes implements ByteRoom {
  #buffer = Buffer.alloc(0);
  at = 0;

  reserve(length: number): Buffer {
    if (this.at + length > this.#buffer.length) {
      const grown = Buffer.allocUnsafeSlow(2 * (this.at + length));
      this.#buffer.copy(grown, 0, 0, this.at);
      this.#buffer = grown;
    }
    return this.#buffer;
  }

  use(length: number): void {
    this.at += length;
  }

  /** What was written so far; until more is. */
  written(): Buffer {
    return this.#buffer.subarray(0, this.at);
  }
}
