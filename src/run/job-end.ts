import type { ContainerEnd, MemorySample } from "../engines/engine.ts";
import type { ServicePlan } from "../model/job-plan.ts";
import type { OutriggerError } from "../model/outrigger-error.ts";
import type { ServiceStanding } from "./service-book.ts";

/** How one attempt at a job came to its end, before anyone judges it. */
export type JobEnd =
  | {
      readonly kind: "script";
      readonly exitCode: number;
      readonly oomKilled: boolean;
      readonly step: string;
      readonly logTail: readonly string[];
      /** How the services stood when the script ended. */
      readonly services?: readonly ServiceStanding[];
    }
  | ServiceDied
  | {
      readonly kind: "service_not_ready";
      readonly service: ServicePlan;
      readonly reason: string;
      readonly logTail: readonly string[];
    }
  | { readonly kind: "error"; readonly error: OutriggerError }
  /** Its script may have passed: what it leaves, or takes from others, could not be handled. */
  | { readonly kind: "files_failed"; readonly error: OutriggerError }
  /** `limit`: the variable that set it; undefined: the job's own `timeout`. */
  | { readonly kind: "timed_out"; readonly afterMs: number; readonly limit?: string }
  /** Another job failed, and the pipeline wants to end then. */
  | { readonly kind: "canceled"; readonly because: string }
  | { readonly kind: "interrupted"; readonly signal: string }
  /** Ours: a thing that cannot happen did. */
  | { readonly kind: "bug"; readonly error: unknown };

export interface ServiceDied {
  readonly kind: "service_died";
  readonly service: ServicePlan;
  readonly end: ContainerEnd;
  readonly wasReady: boolean;
  readonly afterMs: number;
  readonly logTail: readonly string[];
  /** In a shared name space: the port it wanted, and the service that has it (DR-109). */
  readonly takenPort?: { readonly port: number; readonly holder: string };
  /** The last sample before it ended; only of services with a memory limit. */
  readonly memory?: MemorySample;
}

/** Carries an end through everything that waits: the abort reason of a job. */
export class JobStopped extends Error {
  readonly end: JobEnd;
  constructor(end: JobEnd) {
    super(`job stopped: ${end.kind}`);
    this.name = "JobStopped";
    this.end = end;
  }
}

/** Whether a job was stopped because its time, or that of its scripts, was over. */
export function isTimedOut(signal: AbortSignal): boolean {
  return timeOver(signal) !== undefined;
}

export function timeOver(signal: AbortSignal): Extract<JobEnd, { readonly kind: "timed_out" }> | undefined {
  const reason: unknown = signal.reason;
  return reason instanceof JobStopped && reason.end.kind === "timed_out" ? reason.end : undefined;
}
