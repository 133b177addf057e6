import type { FetchedImage, RunningService } from "../../engines/engine.ts";
import type { ServicePlan } from "../../model/job-plan.ts";

/** One way to find out whether a service may be used. */
export interface Probe {
  /** As people see it: `tcp 5432`, `pg_isready`. */
  readonly name: string;
  /** @throws the signal's reason when aborted; engine errors pass through. */
  check(signal: AbortSignal): Promise<ProbeAnswer>;
}

/**
 * `ready` ends the wait. `not_yet` is asked again. `cannot` means that this way leads nowhere (tool missing, no such
 * user): the next probe takes over, and `detail` says why.
 */
export type ProbeAnswer =
  | {
      readonly kind: "ready";
      readonly answer: string;
      /** What proved it, when that is not the probe's own question. */
      readonly by?: string;
      /** Something a person should know though all is well: a health check that still fails. */
      readonly note?: string;
    }
  | { readonly kind: "not_yet"; readonly detail: string }
  | { readonly kind: "cannot"; readonly detail: string };

/** What a probe is chosen from. */
export interface ProbeSubject {
  readonly plan: ServicePlan;
  readonly image: FetchedImage;
  readonly running: RunningService;
}
