import type { Clock } from "../../../system/clock.ts";
import type { PodRun } from "./pod-run.ts";

/** After a pod's grace its node has that long to say that nothing runs any more. */
const NODE_CONFIRMS_MS = 60_000;
/** The same when somebody has lost patience. */
const NODE_HURRIES_MS = 3_000;

/** A node that is lost confirms nothing: then the cluster has to forget the pod by itself. @returns false when it was gone already. */
export async function removePod(run: PodRun, graceSeconds: number, clock: Clock, limitMs: number): Promise<boolean> {
  const wasThere = await run.remove(graceSeconds);
  if (!wasThere) return false;
  const patience = new AbortController();
  const forgetting = clock.sleep(graceSeconds * 1000 + NODE_CONFIRMS_MS, patience.signal).then(
    () => run.remove(0),
    () => false,
  );
  try {
    await run.untilGone(clock, graceSeconds * 1000 + limitMs);
  } finally {
    patience.abort(new Error("it is gone"));
    await forgetting;
  }
  return true;
}

/** A node that waits for the end of a longer grace may take no notice of a shorter one (seen on 1.20): then it is not asked. */
export async function hurryPod(run: PodRun, graceSeconds: number, clock: Clock, removalMs: number): Promise<void> {
  const wasThere = await run.remove(graceSeconds);
  if (!wasThere) return;
  const gone = new AbortController();
  const limitMs = graceSeconds * 1000 + NODE_HURRIES_MS;
  const leaving = run.untilGone(clock, limitMs + removalMs).finally(() => gone.abort(new Error("it is gone")));
  await clock.sleep(limitMs, gone.signal).then(
    () => run.remove(0),
    () => false,
  );
  await leaving;
}

/** The cluster counts whole seconds; with 0 it forgets the pod before its node has confirmed that nothing runs any more. */
export function toSeconds(graceMs: number): number {
  return Math.ceil(graceMs / 1000);
}
