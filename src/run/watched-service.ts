import type { FetchedImage, RunningService } from "../engines/engine.ts";
import type { ServicePlan } from "../model/job-plan.ts";
import type { JobContext } from "./job-context.ts";
import type { MemoryWatch } from "./watch-memory.ts";

/** A service that was started, and what is known of it so far. */
export interface Watched {
  readonly context: JobContext;
  readonly plan: ServicePlan;
  readonly image: FetchedImage;
  readonly running: RunningService;
  readonly startedAt: number;
  readonly tail: () => readonly string[];
  wasReady: boolean;
  isAlive: boolean;
  /** The job waits for it no more: steps may use it. */
  isInUse: boolean;
  readonly memory: MemoryWatch | undefined;
}

/** Milliseconds, whole. */
export function sinceStart(watched: Watched): number {
  return Math.round(watched.context.clock.elapsed() - watched.startedAt);
}
