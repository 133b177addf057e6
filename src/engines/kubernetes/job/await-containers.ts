import type { ImageRef } from "../../../model/image-ref.ts";
import { findStartProblem } from "../pod-problem.ts";
import { hasBegun } from "../pod-state.ts";
import type { PodRun } from "./pod-run.ts";

/** Resolves when each of the containers runs, or ran and ended. @throws why one of them never will. */
export async function awaitContainers(
  pod: PodRun,
  containers: readonly string[],
  imageOf: (container: string) => ImageRef,
  signal: AbortSignal,
): Promise<void> {
  await pod.untilStarted((state) => {
    const states = containers.map((container) => {
      const own = state.containers.get(container);
      const problem = findStartProblem(container, imageOf(container), own);
      if (problem !== undefined) throw problem.error;
      return hasBegun(own);
    });
    return states.every(Boolean) ? true : undefined;
  }, signal);
}
