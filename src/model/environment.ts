import type { SourceSpan } from "../text/source.ts";

/** Where a job deploys to; the job sees it as `CI_ENVIRONMENT_*`. @source GY-236 */
export interface Environment {
  /** Variables resolved. */
  readonly name: string;
  readonly slug: string;
  /** May hold variables still: those that the job itself makes known (`dotenv`) are put in after its end (GY-108). */
  readonly url?: string;
  readonly action: EnvironmentAction;
  readonly tier: EnvironmentTier;
  /** The job that takes the environment down again. */
  readonly onStop?: string;
  readonly stopsAfterMs?: number | "never";
  readonly at: SourceSpan;
}

export type EnvironmentAction = "start" | "prepare" | "stop" | "verify" | "access";

export type EnvironmentTier = "production" | "staging" | "testing" | "development" | "other";
