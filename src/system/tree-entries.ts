import type { Stats } from "node:fs";
import { lstat, open, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { OutriggerError } from "../model/outrigger-error.ts";
import type { TarEntry } from "./tar.ts";

/** Read whole at or below this size; larger files stream. */
const SMALL_FILE_BYTES = 1024 * 1024;

/** A file of the user's that we were asked to take along may not be read. */
export class UnreadableFileError extends OutriggerError {
  override readonly code = "sources_unreadable";
}

/** The project's folder was there when its pipeline file was read. */
export class MissingFolderError extends OutriggerError {
  override readonly code = "sources_unreadable";
  constructor(folder: string, cause?: unknown) {
    super(`"${folder}" is not there any more`, { hint: "start again where the project is now", cause });
  }
}

/**
 * A folder and everything below it. Everybody may write what comes out of it (umask 0000, GS-845).
 *
 * @param path its name in the archive; empty for the archive's root.
 * @throws UnreadableFileError for what the user may not read.
 */
export async function* folderEntries(
  folder: string,
  path: string,
  isWanted: (path: string) => boolean = () => true,
): AsyncGenerator<TarEntry> {
  if (path !== "") yield directoryEntry(path);
  for (const name of (await readdir(folder).catch(refuse(folder))).toSorted()) {
    const child = path === "" ? name : `${path}/${name}`;
    if (!isWanted(child)) continue;
    const entry = await toEntry(join(folder, name), child);
    if (entry?.type === "directory") yield* folderEntries(join(folder, name), child, isWanted);
    else if (entry !== undefined) yield entry;
  }
}

export function directoryEntry(path: string): TarEntry {
  return { type: "directory", path, mode: 0o777, modifiedAtMs: 0 };
}

/**
 * One file, folder or link under its name in the archive; a folder without what it holds.
 *
 * @returns `undefined` for what is neither (sockets, pipes), and for what is not there any more.
 * @throws UnreadableFileError for what the user may not read.
 */
export async function toEntry(full: string, path: string): Promise<TarEntry | undefined> {
  const stats = await statOf(full);
  if (stats === undefined) return undefined;
  const head = { path, modifiedAtMs: stats.mtimeMs };
  if (stats.isDirectory()) return { ...head, type: "directory", mode: 0o777 };
  if (stats.isSymbolicLink()) return { ...head, type: "symlink", mode: 0o777, target: await readlink(full) };
  if (!stats.isFile()) return undefined;
  const mode = (stats.mode & 0o111) === 0 ? 0o666 : 0o777;
  if (stats.size > SMALL_FILE_BYTES) {
    return { ...head, type: "file", mode, sizeBytes: stats.size, content: readExactly(full, stats.size) };
  }
  const content = await readFile(full).catch(ignoreMissing).catch(refuse(full));
  return content === undefined ? undefined : { ...head, type: "file", mode, sizeBytes: content.length, content };
}

export async function statOf(path: string): Promise<Stats | undefined> {
  return await lstat(path).catch(ignoreMissing).catch(refuse(path));
}

/** A file may grow or shrink while it is read; the archive needs as many bytes as it announced. */
async function* readExactly(path: string, sizeBytes: number): AsyncGenerator<Uint8Array> {
  await using file = await open(path).catch(refuse(path));
  let left = sizeBytes;
  while (left > 0) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(Math.min(left, SMALL_FILE_BYTES)));
    const chunk = bytesRead === 0 ? Buffer.alloc(Math.min(left, SMALL_FILE_BYTES)) : buffer.subarray(0, bytesRead);
    left -= chunk.length;
    yield chunk;
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
  throw error;
}

function refuse(path: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    if (error.code !== "EACCES" && error.code !== "EPERM") throw error;
    throw new UnreadableFileError(`"${path}" cannot be read: permission denied`, {
      hint: "give yourself the right to read it, or let git ignore it: it has to go into the job",
      cause: error,
    });
  };
}
