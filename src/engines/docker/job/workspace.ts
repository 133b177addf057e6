import { posix } from "node:path";
import type { WorkspacePlan } from "../../../model/job-plan.ts";
import { EngineFailureError } from "../../../model/outrigger-error.ts";
import { packTar, type TarEntry } from "../../../system/tar.ts";
import { readTarPaths } from "../../../system/tar-reader.ts";
import type { SourceArchive } from "../../engine.ts";
import type { DockerApi } from "../api/docker-api.ts";

/** Everyone may write: containers run as users that nobody knows beforehand (GS-705). */
const OPEN_TO_ALL = 0o777;

/** What the folders say of their last change, as long as nobody has put anything into them; 0 would mean unknown. */
const UNTOUCHED_AT_MS = 1000;

/**
 * Makes the workspace and the folders down to the sources' writable for every user, through a container that has the
 * volume and need not run. Before anything runs in the job, or a service would find a folder it cannot write to.
 */
export async function openWorkspace(api: DockerApi, container: string, workspace: WorkspacePlan): Promise<void> {
  const below = posix.relative(workspace.mountPath, workspace.sourcePath).split("/").filter(Boolean);
  const folders = ["./", ...below.map((_, depth) => `${below.slice(0, depth + 1).join("/")}/`)];
  const entries = folders.map(
    (path): TarEntry => ({ type: "directory", path, mode: OPEN_TO_ALL, modifiedAtMs: UNTOUCHED_AT_MS }),
  );
  await api.containers.writeArchive(container, workspace.mountPath, packTar(entries));
}

/**
 * Whether a folder that {@link openWorkspace} made holds anything. Its time tells in most cases; reading it takes an engine
 * ten times as long, and goes no further than to the first entry.
 */
export async function hasEntries(
  api: DockerApi,
  container: string,
  folder: string,
  signal: AbortSignal,
): Promise<boolean> {
  if ((await api.containers.modifiedAt(container, folder, signal)) === UNTOUCHED_AT_MS) return false;
  const archive = await api.containers.readArchive(container, folder, signal);
  if (archive === undefined) return false;
  for await (const path of readTarPaths(archive)) {
    // The first entry is the folder itself: `project/`.
    if (/\/./.test(path)) return true;
  }
  return false;
}

export async function writeSources(
  api: DockerApi,
  container: string,
  folder: string,
  sources: SourceArchive,
  signal: AbortSignal,
): Promise<void> {
  await api.containers.writeArchive(container, folder, sources.open(""), signal);
}

/** {@link openWorkspace} and {@link writeSources} in one call: each costs an engine a tenth of a second. */
export async function openWorkspaceWithSources(
  api: DockerApi,
  container: string,
  workspace: WorkspacePlan,
  sources: SourceArchive,
  signal: AbortSignal,
): Promise<void> {
  const below = posix.relative(workspace.mountPath, workspace.sourcePath);
  if (below === "") {
    await openWorkspace(api, container, workspace);
    await writeSources(api, container, workspace.sourcePath, sources, signal);
  } else {
    await api.containers.writeArchive(container, workspace.mountPath, sources.open(below), signal);
  }
}

/** Runs a cleaner that was created for one folder of the workspace, and removes it. */
export async function runCleaner(api: DockerApi, container: string, folder: string): Promise<void> {
  try {
    await api.containers.start(container);
    const exitCode = await api.containers.wait(container);
    if (exitCode === 0) return;
    throw new EngineFailureError("workspace_not_cleaned", `"${folder}" could not be emptied before the sources go in`, {
      hint: "a service has put files there that cannot be removed",
    });
  } finally {
    await api.containers.remove(container);
  }
}
