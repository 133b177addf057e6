import type { Clock } from "../../system/clock.ts";
import type { Probe } from "./probe.ts";

const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 100;
const NO_ANSWER = "no answer";

export type WaitResult =
  | {
      readonly kind: "ready";
      readonly probe: string;
      readonly answer: string;
      readonly note: string | undefined;
      readonly afterMs: number;
    }
  | { readonly kind: "timed_out"; readonly probe: string; readonly detail: string; readonly afterMs: number };

export interface WaitOptions {
  readonly probes: readonly Probe[];
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** At most once a second while the wait goes on. */
  readonly onWaiting: (probe: string, detail: string, tries: number, afterMs: number) => void;
  /** A probe gave up; the next one takes over. */
  readonly onGivenUp: (probe: string, detail: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Asks the probes, in order, until one proves readiness or the time is over. Pauses grow from 5 ms to 100 ms.
 *
 * When every probe gives up, the wait ends as `timed_out` at once, with the last one's reason: waiting on would prove
 * nothing.
 *
 * @throws the signal's reason when aborted.
 */
export async function waitUntilReady(options: WaitOptions): Promise<WaitResult> {
  const { clock, signal } = options;
  const startedAt = clock.elapsed();
  const afterMs = (): number => Math.round(clock.elapsed() - startedAt);
  let last = { probe: options.probes[0]?.name ?? "none", detail: NO_ANSWER };
  let saidAt = 0;
  let tries = 0;
  for (const probe of options.probes) {
    let pauseMs = FIRST_PAUSE_MS;
    for (;;) {
      const answer = await checkInTime(probe, options.timeoutMs - afterMs(), signal);
      tries++;
      if (answer.kind === "ready") {
        const { answer: text, note, by = probe.name } = answer;
        return { kind: "ready", probe: by, answer: text, note, afterMs: afterMs() };
      }
      // A question cut short by the end of the wait says less than the answer before it.
      if (answer.detail !== NO_ANSWER || last.probe !== probe.name) last = { probe: probe.name, detail: answer.detail };
      if (answer.kind === "cannot") {
        options.onGivenUp(probe.name, answer.detail);
        break;
      }
      if (afterMs() >= options.timeoutMs) return { kind: "timed_out", ...last, afterMs: afterMs() };
      if (afterMs() - saidAt >= 1_000) {
        saidAt = afterMs();
        options.onWaiting(probe.name, answer.detail, tries, saidAt);
      }
      await clock.sleep(Math.min(pauseMs, Math.max(1, options.timeoutMs - afterMs())), signal);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }
  return { kind: "timed_out", ...last, afterMs: afterMs() };
}

/** One question never outlives the whole wait. */
async function checkInTime(probe: Probe, leftMs: number, signal: AbortSignal): ReturnType<Probe["check"]> {
  const limit = AbortSignal.timeout(Math.max(1, Math.ceil(leftMs)));
  try {
    return await probe.check(AbortSignal.any([signal, limit]));
  } catch (error) {
    if (limit.aborted && !signal.aborted) return { kind: "not_yet", detail: NO_ANSWER };
    throw error;
  }
}
