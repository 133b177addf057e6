import type { ByteRoom } from "../text/byte-room.ts";
import { TAIL_BYTES } from "./log-rate.ts";

const LF = 0x0a;

/** The lines that were not let through, as they are in the file: counted, and the last of them kept. */
export class DroppedLines implements ByteRoom {
  /** Made when the first line is dropped. */
  #buffer = Buffer.alloc(0);
  #lines = 0;
  #bytes = 0;
  at = 0;

  get isEmpty(): boolean {
    return this.at === 0;
  }

  reserve(length: number): Buffer {
    // Cutting now and then is cheaper than with every line.
    if (this.at + length > this.#buffer.length) this.#forgetSurplus();
    if (this.at + length > this.#buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(4 * TAIL_BYTES, this.at + length));
      this.#buffer.copy(grown, 0, 0, this.at);
      this.#buffer = grown;
    }
    return this.#buffer;
  }

  use(length: number): void {
    this.at += length;
  }

  /** What was kept, until more is dropped, and how much is gone for good. Empty from then on. */
  take(): { readonly tail: Buffer; readonly lines: number; readonly bytes: number } {
    this.#forgetSurplus();
    const taken = { tail: this.#buffer.subarray(0, this.at), lines: this.#lines, bytes: this.#bytes };
    this.at = 0;
    this.#lines = 0;
    this.#bytes = 0;
    return taken;
  }

  #forgetSurplus(): void {
    if (this.at <= TAIL_BYTES) return;
    const from = this.#buffer.indexOf(LF, this.at - TAIL_BYTES - 1) + 1;
    for (let end = this.#buffer.indexOf(LF); end >= 0 && end < from; end = this.#buffer.indexOf(LF, end + 1))
      this.#lines++;
    this.#bytes += from;
    this.#buffer.copyWithin(0, from, this.at);
    this.at -= from;
  }
}
