import type { JobPlan } from "../model/job-plan.ts";
import type { Cause, JobState } from "../model/outcome.ts";
import { ImageError } from "../model/outrigger-error.ts";
import { findCause } from "./cause/find-cause.ts";
import type { JobEnd } from "./job-end.ts";

/** A job's end with a verdict. */
export interface Verdict {
  readonly state: JobState;
  /** The script's own; null when no script ended. */
  readonly exitCode: number | null;
  /** Failed, and the file allows it. */
  readonly allowed: boolean;
  readonly cause: Cause | undefined;
}

export function judge(plan: JobPlan, end: JobEnd): Verdict {
  const state = toState(end);
  const exitCode = end.kind === "script" ? end.exitCode : null;
  return { state, exitCode, allowed: isAllowed(plan, state, exitCode), cause: findCause(plan, end) };
}

function toState(end: JobEnd): JobState {
  switch (end.kind) {
    case "script":
      return end.exitCode === 0 ? "passed" : "failed";
    case "service_died":
    case "service_not_ready":
      return "service_failed";
    case "error":
      return end.error instanceof ImageError ? "image_failed" : "engine_failed";
    case "files_failed":
      return "failed";
    case "timed_out":
      return "timed_out";
    case "interrupted":
    case "canceled":
      return "canceled";
    case "bug":
      return "engine_failed";
  }
}

/** `allow_failure` forgives what a job does, not a run that was stopped (GY-195). */
function isAllowed(plan: JobPlan, state: JobState, exitCode: number | null): boolean {
  if (state === "passed" || state === "canceled") return false;
  if (typeof plan.allowFailure === "boolean") return plan.allowFailure;
  return exitCode !== null && plan.allowFailure.includes(exitCode);
}

/** GitLab's names for what went wrong, for `retry:when` (GY-232). */
const RETRY_REASONS: Readonly<Record<JobState, readonly string[]>> = {
  passed: [],
  failed: ["script_failure"],
  service_failed: ["runner_system_failure"],
  image_failed: ["runner_system_failure", "image_pull_failure"],
  engine_failed: ["runner_system_failure"],
  timed_out: ["job_execution_timeout", "stuck_or_timeout_failure"],
  canceled: [],
  skipped: [],
  manual: [],
  refused: [],
};

/** Whether another attempt follows this verdict. `attempt` counts from 1. */
export function shouldRetry(plan: JobPlan, verdict: Verdict, attempt: number): boolean {
  const { max, when, exitCodes } = plan.retry;
  const reasons = RETRY_REASONS[verdict.state];
  if (attempt > max || reasons.length === 0) return false;
  if (when.length === 0 && exitCodes.length === 0) return true;
  if (when.includes("always") || when.some((word) => reasons.includes(word))) return true;
  return verdict.exitCode !== null && exitCodes.includes(verdict.exitCode);
}
