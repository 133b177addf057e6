import { EngineUnavailableError } from "../../../model/outrigger-error.ts";
import type { Clock } from "../../../system/clock.ts";
import { KubernetesRefusal } from "../api/refusal.ts";

/** What passes is tried again so often. */
const TRIES = 4;
const PAUSE_MS = 250;

/** In a kubelet's words: `container not found ("db")`. */
const CONTAINER_GONE = /container (?:not found|(?:is )?not running)/i;

/** The connection to a container, or the server's way to its node, was at fault: the same may go well a moment later. */
export function isPassing(error: unknown): boolean {
  return error instanceof EngineUnavailableError || (error instanceof KubernetesRefusal && error.status >= 500);
}

/** Its node says that the container does not run, which the cluster may hear of later. */
export function isContainerGone(error: unknown): boolean {
  return error instanceof KubernetesRefusal && CONTAINER_GONE.test(error.detail);
}

/** Tries again what passes. @param attempt must bear to have happened unseen. */
export async function insist<T>(
  { clock }: { readonly clock: Clock },
  signal: AbortSignal,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (!isPassing(error) || isContainerGone(error) || tried === TRIES) throw error;
    }
    await clock.sleep(PAUSE_MS, signal);
  }
}
