import type { MemorySample, RunningService } from "../engines/engine.ts";
import type { Clock } from "../system/clock.ts";

const EVERY_MS = 250;

export interface MemoryWatch {
  /** The newest sample; undefined before the first one. */
  readonly last: () => MemorySample | undefined;
  stop(): void;
}

/** Samples a service's memory until it is stopped, so that an out-of-memory kill can say how much was in use. */
export function watchMemory(running: RunningService, clock: Clock): MemoryWatch {
  const end = new AbortController();
  let last: MemorySample | undefined;
  const watch = async (): Promise<void> => {
    while (!end.signal.aborted) {
      last = (await running.sampleMemory(end.signal)) ?? last;
      await clock.sleep(EVERY_MS, end.signal);
    }
  };
  // An engine that cannot tell, or is gone, shows elsewhere.
  watch().catch(() => undefined);
  return { last: () => last, stop: () => end.abort(new Error("stopped")) };
}
