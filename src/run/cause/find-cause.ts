import type { JobPlan } from "../../model/job-plan.ts";
import type { Cause } from "../../model/outcome.ts";
import { ImageError, type OutriggerError } from "../../model/outrigger-error.ts";
import { formatSource, type SourceSpan } from "../../text/source.ts";
import type { JobEnd, ServiceDied } from "../job-end.ts";
import { describeServiceEnd } from "../service-end.ts";
import { findScriptCause } from "./script-causes.ts";
import { findServiceCause } from "./service-causes.ts";

/**
 * Why a job did not pass, in one sentence, and what to do next, in one more.
 *
 * Worked out from the end alone, whose texts were masked on their way. @returns `undefined` for a job that passed.
 */
export function findCause(plan: JobPlan, end: JobEnd): Cause | undefined {
  const cause = judge(plan, end);
  return cause === undefined ? undefined : { ...cause, job: plan.name };
}

function judge(plan: JobPlan, end: JobEnd): Cause | undefined {
  switch (end.kind) {
    case "script":
      return end.exitCode === 0 ? undefined : findScriptCause(plan, end);
    case "service_died":
      return judgeDeadService(plan, end);
    case "service_not_ready":
      return {
        kind: "service_not_ready",
        text: `service ${end.service.id} (${end.service.image.ref.text}) was ${end.reason}`,
        hint: "look at its log, or give it more time: --services-timeout 120s",
        service: end.service.id,
        at: end.service.at,
        certain: true,
      };
    case "error":
    case "files_failed":
      return judgeError(plan, end.error);
    case "timed_out":
      return {
        kind: "job_timed_out",
        text:
          end.limit === undefined
            ? `job ${plan.name} took longer than ${formatLimit(end.afterMs)}`
            : `the script of job ${plan.name} took longer than ${formatLimit(end.afterMs)} (${end.limit})`,
        hint: `give the job more time with ${end.limit ?? "timeout"}: in ${formatSource(plan.at)}`,
        at: plan.at,
        certain: true,
      };
    case "canceled":
      return { kind: "canceled", text: `canceled because "${end.because}" failed`, certain: true };
    case "interrupted":
      return { kind: "interrupted", text: `interrupted by ${end.signal}`, certain: true };
    case "bug":
      return {
        kind: "internal_error",
        text: `Outrigger failed: ${end.error instanceof Error ? end.error.message : String(end.error)}`,
        hint: "please report this, with what --debug prints",
        certain: true,
      };
  }
}

function judgeDeadService(plan: JobPlan, died: ServiceDied): Cause {
  const name = `service ${died.service.id} (${died.service.image.ref.text})`;
  const known = findServiceCause(plan, died);
  return {
    kind: known?.kind ?? "service_exited",
    text: `${name} ${known?.text ?? describeServiceEnd(died)}`,
    hint: known?.hint ?? `its log: outrigger logs ${plan.runId} ${plan.name}:${died.service.id}`,
    service: died.service.id,
    at: known?.at ?? died.service.at,
    certain: known?.certain ?? true,
  };
}

function judgeError(plan: JobPlan, error: OutriggerError): Cause {
  const at = error.at ?? (error instanceof ImageError ? findImage(plan, error.image) : undefined);
  return {
    kind: error.code,
    text: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(at === undefined ? {} : { at }),
    certain: true,
  };
}

/** Where the user wrote an image: an engine knows it by its name only, and fetches it once for all who use it. */
function findImage(plan: JobPlan, text: string): SourceSpan | undefined {
  return [...plan.steps, ...plan.services].find(({ image }) => image.ref.text === text)?.at;
}

function formatLimit(ms: number): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  if (ms % 60_000 === 0) return `${ms / 60_000} min`;
  return `${ms / 1000} s`;
}
