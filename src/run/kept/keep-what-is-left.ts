import type { JobContext } from "../job-context.ts";
import { keepCaches } from "./caches.ts";
import { type EndedJob, isKeptAfter, keepArtifacts } from "./keep-artifacts.ts";
import { keepReports } from "./keep-reports.ts";
import { readDotenv, tellTests } from "./read-reports.ts";

/**
 * After a script and its `after_script`: caches, then artifacts, of a job that has passed or failed; reports whatever
 * happened (GY-130, GY-216).
 *
 * @returns variables for later jobs.
 */
export async function keepWhatIsLeft(context: JobContext, hasPassed: boolean): Promise<ReadonlyMap<string, string>> {
  const { plan, sandbox, signal, hide } = context;
  const ended: EndedJob = { context, sandbox, job: plan.name, sourcePath: plan.workspace.sourcePath, signal, hide };
  const { artifacts, caches } = plan;
  if (caches !== undefined) await keepCaches(ended, caches, hasPassed);
  if (artifacts === undefined) return new Map();
  if (isKeptAfter(artifacts.when, hasPassed)) await keepArtifacts(ended, artifacts);
  const reports = await keepReports(ended, artifacts.reports);
  tellTests(ended, reports.get("junit") ?? []);
  return readDotenv(reports.get("dotenv") ?? []);
}
