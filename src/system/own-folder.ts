// Folders of ours inside of a project. The project may come from anywhere: a link that it holds in their place leads out of
// it, to things of the person's that are not to be read, replaced or removed.

import { lstat, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { KeptFilesError } from "../model/kept-files-error.ts";
import { refuse } from "./archive-file.ts";

/** What stands there: the folder, nothing yet, or something that is not to be followed. */
export type OwnFolder = "there" | "absent" | "foreign";

/** @param path below the project, `/` between its parts; each of them is looked at. */
export async function findOwnFolder(project: string, path: string): Promise<OwnFolder> {
  for (const folder of foldersOf(path)) {
    const stats = await lstat(join(project, folder)).catch(() => undefined);
    if (stats === undefined) return "absent";
    if (!stats.isDirectory()) return "foreign";
  }
  return "there";
}

/**
 * Makes it with those above it, but for the project itself: one that was removed meanwhile is not made again.
 *
 * @throws KeptFilesError where something else stands in its place, and when it cannot be written.
 */
export async function makeOwnFolder(project: string, path: string): Promise<void> {
  for (const folder of foldersOf(path)) {
    const full = join(project, folder);
    const failure = await mkdir(full).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error,
    );
    if (failure === undefined) continue;
    if (failure.code !== "EEXIST") refuse(full)(failure);
    if ((await lstat(full)).isDirectory()) continue;
    throw new KeptFilesError("kept_files_unwritable", `"${full}" is a link or a file, expected a folder`, {
      hint: `remove it, or give it another name: ${folder} is where Outrigger puts what jobs leave`,
    });
  }
}

/** `a`, `a/b`, `a/b/c`. */
function foldersOf(path: string): readonly string[] {
  const parts = path.split("/");
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}
