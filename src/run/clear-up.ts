import type { RemovedCounts } from "../engines/engine.ts";
import { EngineUnavailableError, OutriggerError } from "../model/outrigger-error.ts";

/** What is removed behind the jobs of a run, beside those that still run. */
export class ClearUp {
  readonly #works: Promise<void>[] = [];
  readonly #problems: string[] = [];
  #removed: RemovedCounts = { containers: 0, networks: 0, volumes: 0 };

  /** Begins at once; `close` may fail without harm to other jobs. */
  add(job: string, close: () => Promise<RemovedCounts>): void {
    this.#works.push(this.#close(job, close));
  }

  /** @throws what is our own fault. */
  async end(): Promise<void> {
    await Promise.all(this.#works);
  }

  get removed(): RemovedCounts {
    return this.#removed;
  }

  /** What could not be removed, each with what to do about it. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  async #close(job: string, close: () => Promise<RemovedCounts>): Promise<void> {
    try {
      const { containers, networks, volumes } = await close();
      this.#removed = {
        containers: this.#removed.containers + containers,
        networks: this.#removed.networks + networks,
        volumes: this.#removed.volumes + volumes,
      };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const next =
        error instanceof EngineUnavailableError
          ? "once the engine is back, outrigger gc removes it"
          : "outrigger gc removes it";
      this.#problems.push(`job ${job}: not everything could be removed: ${why}; ${next}`);
      if (!(error instanceof OutriggerError)) throw error;
    }
  }
}
