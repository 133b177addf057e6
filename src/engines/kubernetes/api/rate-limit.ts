import type { Clock } from "../../../system/clock.ts";

/** Lets requests through at a steady pace with room for a burst, in the order they came. */
export class RateLimit {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #burst: number;
  /** When the next request may go, on the clock's own scale; in the past while there is room. */
  #nextAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, rate: { readonly perSecond: number; readonly burst: number }) {
    this.#clock = clock;
    this.#perSecond = rate.perSecond;
    this.#burst = rate.burst;
  }

  /** Resolves when the next request may go. */
  async pass(signal?: AbortSignal): Promise<void> {
    const now = this.#clock.elapsed();
    const costMs = 1000 / this.#perSecond;
    const mayGoAt = Math.max(this.#nextAt, now - this.#burst * costMs);
    this.#nextAt = mayGoAt + costMs;
    const waitMs = mayGoAt - now;
    if (waitMs > 0) await this.#clock.sleep(waitMs, signal);
  }
}
