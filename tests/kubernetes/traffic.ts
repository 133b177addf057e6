import type { ApiCall } from "./faults.ts";

/** What was asked of the fake, counted. */
export class Traffic {
  readonly #calls = new Map<string, number>();
  readonly #arrivals: number[] = [];
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

  /** The most requests that arrived within any stretch of that length. */
  mostWithin(ms: number): number {
    let from = 0;
    let most = 0;
    for (const [to, at] of this.#arrivals.entries()) {
      while (at - (this.#arrivals[from] ?? at) > ms) from++;
      most = Math.max(most, to - from + 1);
    }
    return most;
  }

  watchOpened(): void {
    this.#watches++;
    this.#mostWatches = Math.max(this.#mostWatches, this.#watches);
  }

  watchClosed(): void {
    this.#watches--;
  }
}
