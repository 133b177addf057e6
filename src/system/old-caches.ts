import { readdir, rm, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { formatBytes } from "../text/bytes.ts";

/** A cache that nobody asked for in this time is removed. */
const MAX_AGE_MS = 30 * 24 * 3_600_000;

/** Of all projects; what was asked for last stays. */
const MAX_TOTAL_BYTES = 10 * 2 ** 30;

/** A file that is being written is no older than the job that writes it. */
const MAX_DRAFT_AGE_MS = 24 * 3_600_000;

export interface OldCache {
  /** Below the caches' folder. */
  readonly path: string;
  readonly bytes: number;
  readonly why: string;
}

export interface CacheBounds {
  readonly maxAgeMs: number;
  readonly maxTotalBytes: number;
}

const BOUNDS: CacheBounds = { maxAgeMs: MAX_AGE_MS, maxTotalBytes: MAX_TOTAL_BYTES };

/** Caches that may go, the ones that nobody used for longest first; for its size, never the last one left. A file's time is when it was written or read last. */
export async function findOldCaches(
  cacheFolder: string,
  nowMs: number,
  { maxAgeMs, maxTotalBytes }: CacheBounds = BOUNDS,
): Promise<readonly OldCache[]> {
  const files = (await listFiles(cacheFolder)).toSorted((one, other) => other.usedAtMs - one.usedAtMs);
  const old: OldCache[] = [];
  let total = 0;
  for (const { path, bytes, usedAtMs } of files) {
    const isDraft = path.endsWith(".part");
    const days = Math.floor((nowMs - usedAtMs) / 86_400_000);
    const isOld = nowMs - usedAtMs > (isDraft ? MAX_DRAFT_AGE_MS : maxAgeMs);
    if (isOld) old.push({ path, bytes, why: isDraft ? "never finished" : `not used for ${days} days` });
    else if (!isDraft && total > 0 && total + bytes > maxTotalBytes) {
      old.push({ path, bytes, why: `caches have more than ${formatBytes(maxTotalBytes)}` });
    } else total += bytes;
  }
  return old.toReversed();
}

/** What is gone already, or cannot be removed, is passed over. @returns what was removed. */
export async function removeCaches(cacheFolder: string, caches: readonly OldCache[]): Promise<readonly OldCache[]> {
  const removed: OldCache[] = [];
  for (const cache of caches) {
    const isGone = await rm(join(cacheFolder, cache.path)).then(
      () => true,
      () => false,
    );
    if (isGone) removed.push(cache);
    // Only the last one of a project takes its folder along.
    await rmdir(join(cacheFolder, cache.path, "..")).catch(() => undefined);
  }
  return removed;
}

interface CacheFile {
  readonly path: string;
  readonly bytes: number;
  readonly usedAtMs: number;
}

async function listFiles(cacheFolder: string): Promise<readonly CacheFile[]> {
  const projects = await readdir(cacheFolder).catch(() => []);
  const files: CacheFile[] = [];
  for (const project of projects) {
    for (const name of await readdir(join(cacheFolder, project)).catch(() => [])) {
      const found = await stat(join(cacheFolder, project, name)).catch(() => undefined);
      if (found?.isFile() === true) {
        files.push({ path: join(project, name), bytes: found.size, usedAtMs: found.mtimeMs });
      }
    }
  }
  return files;
}
