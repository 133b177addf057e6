// What a service may write to disk, and what becomes of the rest.

/** In bytes. */
export interface LogRate {
  /** Written at once, after a quiet time or at the beginning. */
  readonly burst: number;
  readonly perSecond: number;
  /** Of the whole log, however slowly it comes. */
  readonly total: number;
}

/** How much of the end of what was dropped is kept, in bytes: a service's last words say most. */
export const TAIL_BYTES = 262_144;

/** Lets lines through as long as their rate allows it. Once it does not, a quiet time is needed before it does again. */
export class LogRateLimit {
  readonly #rate: LogRate;
  readonly #enoughToResume: number;
  #room: number;
  #refilledAt: string | undefined;
  #isOver = false;
  #left: number;
  #isFull = false;

  constructor(rate: LogRate) {
    this.#rate = rate;
    this.#room = rate.burst;
    // The kept end of what is dropped has its place, too.
    this.#left = rate.total - TAIL_BYTES;
    this.#enoughToResume = Math.min(rate.burst, 2 * TAIL_BYTES);
  }

  /** The total is reached: nothing goes through any more. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** @param t when the line was written, as ISO 8601. */
  admits(length: number, t: string): boolean {
    if (!this.#isFull && length > this.#left) this.#isFull = true;
    if (this.#isFull || !this.#isSlowEnough(length, t)) return false;
    this.#left -= length;
    return true;
  }

  #isSlowEnough(length: number, t: string): boolean {
    if (this.#isOver || length > this.#room) this.#refill(t);
    this.#refilledAt ??= t;
    if (this.#isOver && this.#room < this.#enoughToResume) return false;
    if (this.#isOver) this.#makeRoomForTail();
    this.#isOver = length > this.#room;
    if (!this.#isOver) this.#room -= length;
    return !this.#isOver;
  }

  /** The kept end of what was dropped is written with the next line. */
  #makeRoomForTail(): void {
    this.#room -= Math.min(TAIL_BYTES, this.#room);
    this.#left -= TAIL_BYTES;
  }

  #refill(t: string): void {
    if (this.#refilledAt === undefined || t === this.#refilledAt) return;
    const passedMs = Math.max(0, Date.parse(t) - Date.parse(this.#refilledAt));
    this.#room = Math.min(this.#rate.burst, this.#room + (passedMs / 1000) * this.#rate.perSecond);
    this.#refilledAt = t;
  }
}
