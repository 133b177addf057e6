import type { PullPolicy } from "../model/container.ts";
import type { Capability } from "../model/trust.ts";

/** What the person, or the operator, decides about a run; the rest stands in the pipeline file. */
export interface PlanChoices {
  readonly runId: string;
  /** Names of jobs; empty means the whole pipeline. */
  readonly jobs: readonly string[];
  /** For images whose file names no policy; `if-not-present` when nobody says anything. */
  readonly pullPolicy: PullPolicy | undefined;
  /** Counts for every service whose file says nothing itself; undefined: the dialect's. Negative: no wait. */
  readonly servicesTimeoutMs?: number | undefined;
  /** Undefined: as `auto`. */
  readonly network?: NetworkChoice | undefined;
  readonly services: ServicesMode;
  readonly trusted: ReadonlySet<Capability>;
  /** Paths of the engine's machine that may be mounted, with what lies below them (DR-184). */
  readonly trustedPaths?: readonly string[];
  /** Images that get privilege without trust, beside the dialect's own (DR-195, DR-197, DR-199). */
  readonly privilegedImages?: readonly string[];
  /** `strip`: what a file of Drone 0.4 may not have is taken away, as there; undefined: it is refused (DR-165). */
  readonly trustCompat?: "strip" | undefined;
  /** A path of this machine as it really is, symlinks resolved; undefined: paths are compared as written. */
  readonly resolveHostPath?: ((path: string) => string) | undefined;
  readonly defaultJobTimeoutMs: number;
  /** Names of variables whose values are hidden as well (`--mask`). */
  readonly maskedNames: ReadonlySet<string>;
  /** A secret that nobody gave is an error; looking at a file does not need them (DR-280). */
  readonly requireSecrets?: boolean;
  /** A need on a job that is left out is an error; looking at a file may go on (GY-200). */
  readonly requireNeeds?: boolean;
  /** Delayed jobs wait as long as the file says (GY-190). */
  readonly honourDelays?: boolean;
  /** Of what named jobs draw in; undefined: `needs`. */
  readonly reach?: JobReach;
  /** Names of manual jobs that are started in a run of more than themselves (GY-194). */
  readonly manual?: readonly string[];
  /** Jobs that know what other jobs left for them; their plans, and those of their pipelines, are final. */
  readonly reportsKnownFor?: ReadonlySet<string>;
  /** Every service's log goes to the job's log too (`--service-logs`). */
  readonly showServiceLogs: boolean;
}

/**
 * `needs`: what they need, transitively. `stages`: also everything of the stages before. `alone`: nothing (GY-207).
 */
export type JobReach = "needs" | "stages" | "alone";

/** `auto`: the dialect's way, which gives way to `bridge` when two services certainly share a port (DR-111). */
export type NetworkChoice = "shared" | "bridge" | "auto";

/**
 * `dialect`: a service that dies before it is ready fails its job, one that dies later does what its dialect says, a slow
 * one warns. `strict`: all fail. `warn`: both warn, and a service with
 * nothing to probe is warned about in full, as GitLab Runner does.
 */
export type ServicesMode = "dialect" | "strict" | "warn";

export const GITLAB_SERVICES_TIMEOUT_MS = 30_000;
export const DEFAULT_JOB_TIMEOUT_MS = 3_600_000;
