import type { ApiCall } from "./faults.ts";

/** What was asked of the fake, counted. */
export class Traffic {
  readonly #calls = new Map<string, number>();
  readonly #arrivals: number[] = [];
  readonly #openedAt = performance.now();
  #watches = 0;
  #mostWatches = 0;

  count({ verb, resource }: ApiCall): void {
    const key = `${verb} ${resource}`;
    this.#calls.set(key, (this.#calls.get(key) ?? 0) + 1);
    this.#arrivals.push(performance.now());
  }

  /** @param what `create pods`. */
  of(what: string): number {
    return this.#calls.get(what) ?? 0;
  }

  get mostWatchesAtOnce(): number {
    return this.#mostWatches;
  }

  get total(): number {
    return this.#arrivals.length;
  }

  /**
   * By how many requests those that came were ever ahead of a steady pace since the beginning. Whoever keeps that pace, with
   * a burst, is never further ahead than by the burst, however late and close together its requests arrive.
   */
  mostAheadOf(perSecond: number): number {
    const ahead = this.#arrivals.map((at, index) => index + 1 - ((at - this.#openedAt) / 1000) * perSecond);
    return Math.max(0, ...ahead);
  }

  watchOpened(): void {
    this.#watches++;
    this.#mostWatches = Math.max(this.#mostWatches, this.#watches);
  }

  watchClosed(): void {
    this.#watches--;
  }
}
