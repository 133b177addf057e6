import type { ArtifactReport } from "../../model/artifacts.ts";
import { KeptFilesError } from "../../model/kept-files-error.ts";
import { packTar } from "../../system/tar.ts";
import { collectFiles } from "./collect-files.ts";
import { type EndedJob, openFilter, warnOfFilter } from "./keep-artifacts.ts";
import { READ_KINDS, type ReportFile, readFiles, rememberFiles } from "./read-reports.ts";

type ReportsByKind = ReadonlyMap<string, readonly ArtifactReport[]>;

/**
 * Keeps report files for people, each kind in a folder of its own. Later jobs do not get them. A project that cannot be
 * written to fails no job.
 *
 * @returns the files of those kinds that are read: they come out of the container once for both.
 * @source GY-216, GY-217
 */
export async function keepReports(
  ended: EndedJob,
  reports: readonly ArtifactReport[],
): Promise<ReadonlyMap<string, readonly ReportFile[]>> {
  const read = new Map<string, readonly ReportFile[]>();
  if (reports.length === 0) return read;
  const byKind: ReportsByKind = Map.groupBy(reports, (report) => report.kind);
  try {
    await keepAll(ended, byKind, read);
  } catch (error) {
    if (!(error instanceof KeptFilesError)) throw error;
    const text = `reports are not kept: ${error.message}`;
    ended.context.emit({ type: "run.note", level: "warning", job: ended.job, text });
    for (const [kind, ofKind] of byKind) {
      if (READ_KINDS.has(kind) && !read.has(kind)) read.set(kind, await readFiles(ended, ofKind));
    }
  }
  return read;
}

async function keepAll(
  ended: EndedJob,
  byKind: ReportsByKind,
  read: Map<string, readonly ReportFile[]>,
): Promise<void> {
  const { context, job, sandbox, signal } = ended;
  await context.artifacts.clearReports(job);
  const told: string[] = [];
  for (const [kind, reports] of byKind) {
    const filter = await openFilter(ended, { paths: reports.flatMap((report) => report.paths), untracked: false });
    const count = { files: 0, bytes: 0 };
    const entries = collectFiles(sandbox, filter, count, signal);
    const files: ReportFile[] = [];
    const maxBytes = READ_KINDS.get(kind);
    const kept = maxBytes === undefined ? entries : rememberFiles(entries, maxBytes, files);
    await context.artifacts.writeReport(job, kind, packTar(kept));
    warnOfFilter(ended, filter);
    if (maxBytes !== undefined) read.set(kind, files);
    else if (count.files > 0) told.push(kind);
  }
  if (told.length === 0) return;
  const text = `reports are kept in ${context.artifacts.reportsOf(job)} and not read: ${told.join(", ")}`;
  context.emit({ type: "run.note", level: "note", job, text });
}
