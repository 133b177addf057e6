/**
 * How we decide that a service may be used. Durations are milliseconds.
 *
 * `auto` leaves the choice to what the image is and exposes, which is known only once it is there; the run asks in the
 * order of `run/health/`. `none` never waits. The others are the user's own word.
 *
 * @source GS-503, GS-506, GS-508
 */
export type Readiness =
  | { readonly kind: "none" }
  | { readonly kind: "auto"; readonly timeoutMs: number }
  | (OwnProbe & { readonly timeoutMs: number });

/** A probe that the user wrote: ports of which one has to accept, a command inside the container, a page. */
export type OwnProbe =
  | { readonly kind: "tcp"; readonly ports: readonly number[] }
  | { readonly kind: "command"; readonly argv: readonly string[] }
  | { readonly kind: "http"; readonly url: string };

/** What a user says about one service in our own key; what is absent stays as it would be. */
export interface OwnReadiness {
  readonly probe?: OwnProbe | { readonly kind: "none" };
  readonly timeoutMs?: number;
}

/**
 * What happens when a service dies or never gets ready.
 *
 * `fail`: exit code 3 at once; `warn`: a warning block, then the script runs.
 */
export type ServiceReaction = "fail" | "warn";

/** One reaction for each way a service can let its job down. A plan fixes them; the run has no opinion. */
export interface ServicePolicy {
  /** The container exits with an error, or is killed, before it was ready. What follows later is the service's own. */
  readonly whenDead: ServiceReaction;
  /** The container exits with 0 before it was ready, although something was to listen in it. */
  readonly whenFinished: ServiceReaction;
  /** Its probe times out, or it is unhealthy, while its process lives. */
  readonly whenNotReady: ServiceReaction;
  /** Nothing to probe: a note that costs nothing, or GitLab Runner's full warning (GS-509). */
  readonly whenNothingToProbe: "note" | "warn";
}
