import type { PullPolicy } from "../model/pipeline.ts";
import type { Capability } from "../model/trust.ts";

/** What the person, or the operator, decides about a run; the rest stands in the pipeline file. */
export interface PlanChoices {
  readonly runId: string;
  /** Names of jobs; empty means the whole pipeline. */
  readonly jobs: readonly string[];
  /** For images whose file names no policy; `if-not-present` when nobody says anything. */
  readonly pullPolicy: PullPolicy | undefined;
  readonly servicesTimeoutMs: number;
  readonly services: ServicesMode;
  readonly trusted: ReadonlySet<Capability>;
  readonly defaultJobTimeoutMs: number;
  /** Names of variables whose values are hidden as well (`--mask`). */
  readonly maskedNames: ReadonlySet<string>;
  /** Every service's log goes to the job's log too (`--service-logs`). */
  readonly showServiceLogs: boolean;
}

/**
 * `dialect`: a dead service fails its job, a slow one warns. `strict`: both fail. `warn`: both warn, and a service with
 * nothing to probe is warned about in full, as GitLab Runner does.
 */
export type ServicesMode = "dialect" | "strict" | "warn";

export const GITLAB_SERVICES_TIMEOUT_MS = 30_000;
export const DEFAULT_JOB_TIMEOUT_MS = 3_600_000;
