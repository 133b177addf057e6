/** Calls on their way: an engine finishes them even when nobody waits any more. */
export class PendingWork {
  readonly #works = new Set<Promise<unknown>>();

  /** @returns the same promise. */
  readonly track = <T>(work: Promise<T>): Promise<T> => {
    const forget = (): void => {
      this.#works.delete(work);
    };
    this.#works.add(work);
    work.then(forget, forget);
    return work;
  };

  /** Resolves when nothing is on its way, and nothing that came meanwhile. */
  async settled(): Promise<void> {
    while (this.#works.size > 0) await Promise.allSettled(this.#works);
  }
}
