import type { Clock } from "../../../system/clock.ts";
import type { OutputSink } from "../../engine.ts";
import { KubernetesRefusal } from "../api/refusal.ts";
import { LogLines } from "./log-lines.ts";
import type { PodRun } from "./pod-run.ts";

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
  }: {
    readonly sink: OutputSink;
    readonly hasEnded: () => boolean;
    readonly clock: Clock;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const lines = new LogLines();
  let endedAt: number | undefined;
  while (!signal.aborted) {
    const couldBeLast = hasEnded();
    const isComplete = await copyOnce(pod, container, lines, sink, signal);
    if (couldBeLast && isComplete) return;
    if (hasEnded()) endedAt ??= clock.elapsed();
    if (endedAt !== undefined && clock.elapsed() - endedAt > PATIENCE_MS) return;
    await clock.sleep(PAUSE_MS, signal).catch(() => undefined);
  }
}

/** @returns whether the stream came to its own end. */
async function copyOnce(
  pod: PodRun,
  container: string,
  lines: LogLines,
  sink: OutputSink,
  signal: AbortSignal,
): Promise<boolean> {
  let sinkError: unknown;
  try {
    for await (const chunk of await pod.followLog(container, lines.since(), signal)) {
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
