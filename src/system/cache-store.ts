import { createHash } from "node:crypto";
import { access, readFile, utimes } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../text/sha256.ts";
import { readArchiveFile, writeArchiveFile } from "./archive-file.ts";
import { lastCommitOf } from "./git.ts";
import { toFileName } from "./run-paths.ts";

/**
 * Files that jobs take from earlier runs of the same project: one archive for each key. Runs at the same time may read and
 * write one key: archives are replaced in one step, the last one wins, and who reads goes on with the old one.
 */
export interface CacheStore {
  /** @returns undefined when there is nothing under the key. */
  read(key: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** @returns its size in bytes. @throws KeptFilesError when it cannot be written, and what `archive` throws. */
  write(key: string, archive: AsyncIterable<Uint8Array>): Promise<number>;
  /**
   * What a key is made of that follows files of the project: the same as long as their contents, or their last commits, are.
   *
   * @returns undefined when none of them is there (GY-221).
   */
  fingerprint(files: readonly string[], by: "content" | "commit"): Promise<string | undefined>;
}

/** @param cacheFolder of all projects. @param projectFolder absolute; a project is known by where it lies. */
export function openCacheStore(cacheFolder: string, projectFolder: string): CacheStore {
  const project = sha256(projectFolder).slice(0, 16);
  const pathOf = (key: string): string => join(cacheFolder, project, `${toFileName(key)}.tar`);
  return {
    async read(key) {
      const isThere = await access(pathOf(key)).then(
        () => true,
        () => false,
      );
      if (!isThere) return undefined;
      // What is used is not old.
      const now = new Date();
      await utimes(pathOf(key), now, now).catch(() => undefined);
      return readArchiveFile(pathOf(key));
    },
    write: (key, archive) => writeArchiveFile(pathOf(key), archive),
    async fingerprint(files, by) {
      const parts = await Promise.all(
        files.map((file) => (by === "commit" ? lastCommitOf(projectFolder, file) : contentOf(projectFolder, file))),
      );
      if (parts.every((part) => part === undefined)) return undefined;
      const hash = createHash("sha256");
      for (const [index, part] of parts.entries())
        if (part !== undefined) hash.update(`${index}:${part.length}:`).update(part);
      return hash.digest("hex");
    },
  };
}

async function contentOf(folder: string, file: string): Promise<Buffer | undefined> {
  return await readFile(join(folder, file)).catch(() => undefined);
}
