/**
 * How we decide that a service may be used. Durations are milliseconds.
 *
 * `auto` leaves the choice to what the image is and exposes, which is known only once it is there; the run asks in the
 * order of `run/health/`. `none` never waits. `tcp` is the user's own word (`HEALTHCHECK_TCP_PORT`).
 *
 * @source GS-503, GS-506, GS-508
 */
export type Readiness =
  | { readonly kind: "none" }
  | { readonly kind: "auto"; readonly timeoutMs: number }
  | { readonly kind: "tcp"; readonly ports: readonly number[]; readonly timeoutMs: number };

/**
 * What happens when a service dies or never gets ready.
 *
 * `fail`: exit code 3 at once; `warn`: a warning block, then the script runs.
 */
export type ServiceReaction = "fail" | "warn";

/** One reaction for each way a service can let its job down. A plan fixes them; the run has no opinion. */
export interface ServicePolicy {
  /** The container exits with an error, or is killed, before it was ready or while steps run. */
  readonly whenDead: ServiceReaction;
  /** Its probe times out, or it is unhealthy, while its process lives. */
  readonly whenNotReady: ServiceReaction;
  /** Nothing to probe: a note that costs nothing, or GitLab Runner's full warning (GS-509). */
  readonly whenNothingToProbe: "note" | "warn";
}
