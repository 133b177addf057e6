import { KeptFilesError } from "../../model/kept-files-error.ts";
import type { ScheduledJob } from "../../model/run-plan.ts";
import type { ArtifactStore } from "../../system/artifact-store.ts";
import type { JobContext, RunContext } from "../job-context.ts";
import { parseDotenvReport } from "./parse-dotenv-report.ts";

/**
 * Puts what earlier jobs left over the sources, in the order in which the plan has them: later ones win (GY-205).
 *
 * A job that left nothing adds nothing. What comes from an earlier run is told.
 */
export async function restoreArtifacts(context: JobContext): Promise<void> {
  const { artifacts, artifactsFrom, storedFrom, sandbox, signal, plan } = context;
  const from: string[] = [];
  for (const job of artifactsFrom) {
    const isStored = storedFrom.has(job);
    const archive = await (isStored ? artifacts.readStored(job) : artifacts.read(job));
    if (archive === undefined) continue;
    await sandbox.addFiles({ open: () => archive }, signal);
    from.push(job);
    if (!isStored) continue;
    const text = `artifacts of "${job}" are as an earlier run left them in ${artifacts.folderOf(job)}`;
    context.emit({ type: "run.note", level: "note", job: plan.name, text });
  }
  if (from.length > 0) context.emit({ type: "artifacts.restored", job: plan.name, from });
}

/**
 * What a job cannot do without, and this run does not make.
 *
 * @throws KeptFilesError when no earlier run left it.
 * @source GY-205
 */
export async function requireStored({ plan, storedFrom = [] }: ScheduledJob, artifacts: ArtifactStore): Promise<void> {
  for (const { job, isRequired } of storedFrom) {
    if (!isRequired || (await artifacts.hasStored(job))) continue;
    const message = `job "${plan.name}" gets artifacts of "${job}", which is not part of this run, and none are kept of it`;
    const hint = `outrigger run ${JSON.stringify(job)} ${JSON.stringify(plan.name)} runs both`;
    throw new KeptFilesError("artifacts_missing", message, { hint });
  }
}

/** Variables that jobs of earlier runs reported, by the names of these; told about. */
export async function readStoredVariables(
  { plan, storedFrom = [] }: ScheduledJob,
  { artifacts, emit }: Pick<RunContext, "artifacts" | "emit">,
): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const variables = new Map<string, ReadonlyMap<string, string>>();
  for (const { job } of storedFrom) {
    const reports = await artifacts.readReports(job, "dotenv");
    if (reports.length === 0) continue;
    variables.set(job, new Map(reports.flatMap(({ path, text }) => [...parseDotenvReport(text, path)])));
    const text = `variables of "${job}" are as an earlier run reported them in ${artifacts.reportsOf(job)}`;
    emit({ type: "run.note", level: "note", job: plan.name, text });
  }
  return variables;
}
