/** How much time containers get to end by themselves. */
const GRACE_NORMAL_MS = 1_000;
const GRACE_STOPPED_MS = 10_000;

/** A person, or the system, ends a run: once means stop nicely, twice means at once. */
export interface Interruption {
  /** Aborted at the first request; its reason is an {@link InterruptedError}. */
  readonly stop: AbortSignal;
  /** Aborted at the second. */
  readonly kill: AbortSignal;
}

/** Why the run was stopped: `SIGINT`, `SIGTERM`, `SIGHUP`. Not an error of anybody: it travels as an abort reason. */
export class InterruptedError extends Error {
  readonly signal: NodeJS.Signals;
  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
    this.name = "InterruptedError";
    this.signal = signal;
  }
}

/** Services get TERM and at most 1 s at a normal end, 10 s after Ctrl-C, nothing after the second. */
export function graceMs(interruption: Interruption): number {
  if (interruption.kill.aborted) return 0;
  return interruption.stop.aborted ? GRACE_STOPPED_MS : GRACE_NORMAL_MS;
}

/**
 * Stops something with the grace of the moment, and hurries it when a person loses patience meanwhile.
 *
 * @param stop may be called twice; the second call has less grace.
 */
export async function stopPatiently<T>(interruption: Interruption, stop: (grace: number) => Promise<T>): Promise<T> {
  const hurry = (): void => {
    stop(0).catch(() => undefined); // the first call reports what went wrong
  };
  interruption.kill.addEventListener("abort", hurry, { once: true });
  try {
    return await stop(graceMs(interruption));
  } finally {
    interruption.kill.removeEventListener("abort", hurry);
  }
}
