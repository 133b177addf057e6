import type { PullPolicy } from "../../../model/container.ts";
import type { ImagePlan } from "../../../model/job-plan.ts";
import { findStartProblem } from "../pod-problem.ts";
import { hasBegun, type PodState } from "../pod-state.ts";

/** A container and the image that its node has to get. */
export interface PodPart {
  readonly container: string;
  readonly image: ImagePlan;
  /** It is started later, and its image is asked for only then. */
  readonly isHeld: boolean;
}

/** By containers: how many pull policies of their images have failed. */
export type FailedPolicies = ReadonlyMap<string, number>;

/** What to do about the images of a pod: nothing more, or another pod with the next policy of one of them. */
export type ImageVerdict =
  | { readonly kind: "settled" }
  | { readonly kind: "try next"; readonly part: PodPart; readonly next: PullPolicy; readonly reason: string };

/** Whether another pod could do better than the first one, should an image be missing. */
export function mayFallBack(parts: readonly PodPart[], failed: FailedPolicies): boolean {
  return parts.some((part) => nextPolicy(part, failed) !== undefined);
}

/**
 * Of several policies one after the other is tried, each with a pod of its own: what a pod pulls by cannot be changed.
 *
 * @returns undefined while it is not known.
 * @source K-51
 */
export function judgeImages(
  state: PodState,
  parts: readonly PodPart[],
  failed: FailedPolicies,
): ImageVerdict | undefined {
  let isWaiting = false;
  for (const part of parts) {
    const own = state.containers.get(part.container);
    const problem = findStartProblem(part.container, part.image.ref, own);
    if (problem?.kind === "image") {
      const next = nextPolicy(part, failed);
      if (next === undefined) return { kind: "settled" };
      return { kind: "try next", part, next, reason: `${problem.error.message}; trying pull policy "${next}"` };
    }
    // One that can never be made is told where it is waited for.
    isWaiting ||= !part.isHeld && problem === undefined && !hasBegun(own);
  }
  return isWaiting ? undefined : { kind: "settled" };
}

function nextPolicy({ container, image }: PodPart, failed: FailedPolicies): PullPolicy | undefined {
  return image.pullPolicies[(failed.get(container) ?? 0) + 1];
}
