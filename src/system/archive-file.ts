import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { KeptFilesError } from "../model/kept-files-error.ts";
import { newRunId } from "./random-id.ts";

/**
 * Writes a stream to a file that others see only once it is whole. A file of that name is replaced in one step; whoever reads
 * it goes on reading the old one.
 *
 * @returns its size.
 * @throws KeptFilesError when the disk is full or the folder cannot be written, and what `bytes` throws.
 */
export async function writeArchiveFile(path: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  const draft = `${path}.${newRunId()}.part`;
  let written = 0;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 }).catch(refuse(path));
    await using file = await open(draft, "wx", 0o600).catch(refuse(path));
    for await (const chunk of bytes) {
      await file.writeFile(chunk).catch(refuse(path));
      written += chunk.length;
    }
    await rename(draft, path).catch(refuse(path));
    return written;
  } catch (error) {
    // What went wrong first is what counts.
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** What the codes of the system mean to a person. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["EROFS", "it lies on a read-only file system"],
  ["ENOENT", "its folder is not there, or read-only"],
  ["ENOTDIR", "there is a file in place of its folder"],
]);

/** A file that is not there rejects with the first read. */
export async function* readArchiveFile(path: string): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
    if (chunk instanceof Uint8Array) yield chunk;
  }
}

/** For files that jobs leave, wherever they are written. */
export function refuse(path: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    if (error.code === "ENOSPC" || error.code === "EDQUOT") {
      const hint = "make room on this machine's disk";
      throw new KeptFilesError("disk_full", `no space left to write "${path}"`, { hint, cause: error });
    }
    if (error.code === undefined) throw error;
    const hint = "look at the folder's owner and rights";
    throw new KeptFilesError(
      "kept_files_unwritable",
      `"${path}" cannot be written: ${REASONS.get(error.code) ?? error.code}`,
      {
        hint,
        cause: error,
      },
    );
  };
}
