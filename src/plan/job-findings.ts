import type { Job } from "../model/pipeline.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import type { PlanChoices } from "./choices.ts";

/** What a job's file leaves open or out, and a person should know before it runs. */
export function findGaps(job: Job, { requireSecrets }: Pick<PlanChoices, "requireSecrets">): readonly Diagnostic[] {
  return [...findMissingSecrets(job, requireSecrets === true ? "error" : "warning"), ...findSkipped(job)];
}

/** @source DR-280 */
function findMissingSecrets(job: Job, severity: Diagnostic["severity"]): readonly Diagnostic[] {
  return (job.missingSecrets ?? []).map(({ name, path, at }) => ({
    severity,
    code: "missing-secret",
    path,
    message: `secret "${name}" not found for ${path}`,
    at,
    hint: `put a line ${name}=VALUE into a file and name it: --secret-file PATH`,
  }));
}

/** @source DR-244 */
function findSkipped(job: Job): readonly Diagnostic[] {
  return (job.skipped ?? []).map(({ kind, name, why, at }) => ({
    severity: "note",
    code: `skipped-${kind}`,
    path: name,
    message: `${kind} "${name}" is skipped (${why})`,
    at,
  }));
}
