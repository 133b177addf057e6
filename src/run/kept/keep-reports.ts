import type { ArtifactReport } from "../../model/artifacts.ts";
import { KeptFilesError } from "../../model/kept-files-error.ts";
import { packTar } from "../../system/tar.ts";
import { collectFiles } from "./collect-files.ts";
import { type EndedJob, openFilter, warnOfFilter } from "./keep-artifacts.ts";

/** Read as well, and told about then. */
const READ_KINDS: ReadonlySet<string> = new Set(["dotenv", "junit"]);

/**
 * Keeps report files for people, each kind in a folder of its own. Later jobs do not get them. A project that cannot be
 * written to fails no job.
 *
 * @source GY-216, GY-217
 */
export async function keepReports(ended: EndedJob, reports: readonly ArtifactReport[]): Promise<void> {
  if (reports.length === 0) return;
  try {
    await keepAll(ended, reports);
  } catch (error) {
    if (!(error instanceof KeptFilesError)) throw error;
    const text = `reports are not kept: ${error.message}`;
    ended.context.emit({ type: "run.note", level: "warning", job: ended.job, text });
  }
}

async function keepAll(ended: EndedJob, reports: readonly ArtifactReport[]): Promise<void> {
  const { context, job, sandbox, signal } = ended;
  await context.artifacts.clearReports(job);
  const told: string[] = [];
  for (const [kind, ofKind] of Map.groupBy(reports, (report) => report.kind)) {
    const paths = ofKind.flatMap((report) => report.paths);
    const filter = await openFilter(ended, { paths, untracked: false });
    const count = { files: 0, bytes: 0 };
    const archive = packTar(collectFiles(sandbox, filter, count, signal));
    await context.artifacts.writeReport(job, kind, archive);
    if (READ_KINDS.has(kind)) continue;
    warnOfFilter(ended, filter);
    if (count.files > 0) told.push(kind);
  }
  if (told.length === 0) return;
  const text = `reports are kept in ${context.artifacts.reportsOf(job)} and not read: ${told.join(", ")}`;
  context.emit({ type: "run.note", level: "note", job, text });
}
