import { setTimeout as delay } from "node:timers/promises";

/** Time, given from outside so that tests have their own. */
export interface Clock {
  /** Milliseconds since 1970; for stamps. */
  readonly now: () => number;
  /** Milliseconds that only grow; for durations. */
  readonly elapsed: () => number;
  /** @throws the signal's reason when it is aborted first. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Calls `tick` again and again until the returned function is called; does not keep the process alive. */
  readonly every: (ms: number, tick: () => void) => () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: async (ms, signal) => {
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      throw signal?.aborted === true ? signal.reason : error;
    }
  },
  every: (ms, tick) => {
    const timer = setInterval(tick, ms).unref();
    return () => clearInterval(timer);
  },
};
