import type { Clock } from "../../../system/clock.ts";
import type { OutputSink } from "../../engine.ts";
import { KubernetesRefusal } from "../api/refusal.ts";
import { LogLines } from "./log-lines.ts";
import type { PodRun } from "./pod-run.ts";

const NEVER = new AbortController().signal;
const PAUSE_MS = 200;
/** A log that still gives nothing so long after its container's end will not. */
const PATIENCE_MS = 5_000;

/**
 * Hands a container's log on from its first byte, as one stream: the cluster keeps no two. After a cut it goes on where it
 * was. Resolves when the container has ended and everything was handed on; never rejects but with the sink's own error.
 *
 * @param hasEnded whether the container has ended, so that an end of the stream is the end of the log.
 * @param signal stops it at once.
 */
export async function copyLog(
  pod: PodRun,
  container: string,
  {
    sink,
    hasEnded,
    clock,
    signal,
    startedAgain = NEVER,
  }: {
    readonly sink: OutputSink;
    readonly hasEnded: () => boolean;
    readonly clock: Clock;
    readonly signal: AbortSignal;
    /** Aborted once the container runs for a second time: that log is nobody's, and would never end. */
    readonly startedAgain?: AbortSignal;
  },
): Promise<void> {
  const lines = new LogLines();
  let endedAt: number | undefined;
  while (!signal.aborted) {
    const couldBeLast = hasEnded();
    const isPrevious = startedAgain.aborted;
    const own = isPrevious ? signal : AbortSignal.any([signal, startedAgain]);
    const open = (): Promise<AsyncIterable<Uint8Array>> =>
      pod.followLog(container, { sinceTime: lines.since(), isPrevious }, own);
    const isComplete = await copyOnce(open, lines, sink);
    if (couldBeLast && isComplete) return;
    if (hasEnded()) endedAt ??= clock.elapsed();
    if (endedAt !== undefined && clock.elapsed() - endedAt > PATIENCE_MS) return;
    await clock.sleep(PAUSE_MS, signal).catch(() => undefined);
  }
}

/** @returns whether the stream came to its own end. */
async function copyOnce(
  open: () => Promise<AsyncIterable<Uint8Array>>,
  lines: LogLines,
  sink: OutputSink,
): Promise<boolean> {
  let sinkError: unknown;
  try {
    for await (const chunk of await open()) {
      const bytes = lines.take(chunk);
      if (bytes.length === 0) continue;
      try {
        await sink(1, bytes);
      } catch (error) {
        sinkError = error;
        throw error;
      }
    }
    return true;
  } catch (error) {
    if (sinkError !== undefined) throw sinkError;
    // A pod that is gone has no log any more.
    return error instanceof KubernetesRefusal && error.status === 404;
  }
}
