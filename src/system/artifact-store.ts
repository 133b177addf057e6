import { access, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readArchiveFile, refuse, writeArchiveFile } from "./archive-file.ts";
import { type CopiedFiles, copyIntoTree } from "./copy-into-tree.ts";
import { findOwnFolder, makeOwnFolder } from "./own-folder.ts";
import { toFileName } from "./run-paths.ts";
import { packTar } from "./tar.ts";
import { collectBytes } from "./tar-reader.ts";
import { folderEntries, statOf } from "./tree-entries.ts";
import { unpackArchive } from "./unpack-archive.ts";

/**
 * What the jobs of one run leave: one tar archive each, for the jobs that come later, and a folder for people.
 *
 * Archives belong to their run, so that two runs of one project take nothing from each other; the folders hold what the last
 * run left.
 */
export interface ArtifactStore {
  /** Keeps an archive of the job's files, in place of one of an attempt before. @returns its size in bytes. */
  write(job: string, archive: AsyncIterable<Uint8Array>): Promise<number>;
  /** @returns undefined when the job has left nothing. */
  read(job: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Where people find what is kept of a job, as they name it: `.outrigger/artifacts/build`. */
  folderOf(job: string): string;
  /** Whether an earlier run left something there, if only an empty folder. */
  hasStored(job: string): Promise<boolean>;
  /** What stands there, as an archive; undefined when there is no such folder. */
  readStored(job: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Copies what stands there into the project itself. @throws KeptFilesError when that cannot be written. */
  copyToSource(job: string): Promise<CopiedFiles>;
  /** Unpacks what is kept of a job where people look. */
  publish(job: string): Promise<PublishedArtifacts>;
  /** Where people find a job's reports, as they name it: `.outrigger/reports/build`. */
  reportsOf(job: string): string;
  /** Removes what an earlier run left of a job's reports. */
  clearReports(job: string): Promise<void>;
  /** Unpacks the files of one kind of report where people look; nothing when there are none. */
  writeReport(job: string, kind: string, archive: AsyncIterable<Uint8Array>): Promise<void>;
  /** Files of one kind of report as an earlier run left them, in order of their paths. */
  readReports(job: string, kind: string): Promise<readonly StoredReport[]>;
  /** Forgets what is kept of a job. */
  remove(job: string): Promise<void>;
  /** Removes the run's archives; the folders stay. */
  close(): Promise<void>;
}

export interface PublishedArtifacts {
  /** As people name it: `.outrigger/artifacts/build`. */
  readonly folder: string;
  /** Paths that lead out of the folder. */
  readonly leftOut: readonly string[];
}

export interface StoredReport {
  /** Relative to the folder of its kind. */
  readonly path: string;
  readonly text: string;
}

/** Below a project's folder. */
export const ARTIFACTS_FOLDER = ".outrigger/artifacts";
export const REPORTS_FOLDER = ".outrigger/reports";

/** @param runFolder for archives; made when the first one comes. */
export function openArtifactStore(runFolder: string, projectFolder: string): ArtifactStore {
  const archives = join(runFolder, "artifacts");
  const archiveOf = (job: string): string => join(archives, `${toFileName(job)}.tar`);
  const folderOf = (job: string): string => join(ARTIFACTS_FOLDER, toFileName(job));
  const reportsOf = (job: string): string => join(REPORTS_FOLDER, toFileName(job));
  const hasStored = async (job: string): Promise<boolean> =>
    (await findOwnFolder(projectFolder, folderOf(job))) === "there";
  return {
    folderOf,
    hasStored,
    async readStored(job) {
      return (await hasStored(job)) ? packTar(folderEntries(join(projectFolder, folderOf(job)), "")) : undefined;
    },
    reportsOf,
    async clearReports(job) {
      if ((await findOwnFolder(projectFolder, REPORTS_FOLDER)) !== "there") return;
      await rm(join(projectFolder, reportsOf(job)), { recursive: true, force: true }).catch(refuse(reportsOf(job)));
    },
    async writeReport(job, kind, archive) {
      await makeShownFolder(projectFolder, REPORTS_FOLDER);
      await makeOwnFolder(projectFolder, reportsOf(job));
      await unpackArchive(archive, join(projectFolder, reportsOf(job), toFileName(kind)));
    },
    async readReports(job, kind) {
      const folder = `${reportsOf(job)}/${toFileName(kind)}`;
      return (await findOwnFolder(projectFolder, folder)) === "there" ? readTexts(join(projectFolder, folder)) : [];
    },
    copyToSource: (job) => copyIntoTree(join(projectFolder, folderOf(job)), projectFolder),
    write: (job, archive) => writeArchiveFile(archiveOf(job), archive),
    async read(job) {
      const isThere = await access(archiveOf(job)).then(
        () => true,
        () => false,
      );
      return isThere ? readArchiveFile(archiveOf(job)) : undefined;
    },
    async publish(job) {
      const shown = folderOf(job);
      await makeShownFolder(projectFolder, ARTIFACTS_FOLDER);
      const leftOut = await unpackArchive(readArchiveFile(archiveOf(job)), join(projectFolder, shown));
      return { folder: shown, leftOut };
    },
    remove: (job) => rm(archiveOf(job), { force: true }),
    // What cannot be removed goes with the run's folder; a state folder that cannot be written has nothing in it.
    close: () => rm(archives, { recursive: true, force: true }).catch(() => undefined),
  };
}

async function readTexts(folder: string): Promise<readonly StoredReport[]> {
  const reports: StoredReport[] = [];
  for await (const entry of folderEntries(folder, "")) {
    if (entry.type !== "file") continue;
    const { path, content } = entry;
    reports.push({ path, text: Buffer.from(await collectBytes(content)).toString("utf8") });
  }
  return reports;
}

/** What killed runs did not finish; names of jobs have no dot here. One that is being made is no older than this. */
const MAX_DRAFT_AGE_MS = 3_600_000;

async function removeDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const found = name.endsWith(".part") ? await statOf(path) : undefined;
    if (found === undefined || Date.now() - found.mtimeMs < MAX_DRAFT_AGE_MS) continue;
    await rm(path, { recursive: true, force: true }).catch(() => undefined); // the next run tries again
  }
}

/** Git does not see it, whatever the project's own settings say. */
async function makeShownFolder(project: string, path: string): Promise<void> {
  await makeOwnFolder(project, path);
  const folder = join(project, path);
  await removeDrafts(folder);
  // "wx": one that is there stays, and a link in its place is not written through.
  await writeFile(join(folder, ".gitignore"), "*\n", { flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") refuse(folder)(error);
  });
}
