import type { Stats } from "node:fs";
import { lstat, open, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { listFiles } from "./git.ts";
import { packTar, type TarEntry } from "./tar.ts";

/** Read whole at or below this size; larger files stream. */
const SMALL_FILE_BYTES = 1024 * 1024;

/**
 * A tar stream of a work tree as it stands: changed files, untracked files that git does not ignore, and `.git`, so that
 * scripts can ask git. Outside of git everything goes in. The tree is only read.
 *
 * Everybody may write what comes out of it, as in a checkout of GitLab Runner (umask 0000, GS-845): a job may run as any
 * user. What is neither file, folder nor link (sockets, pipes) is left out; so is a file that vanishes meanwhile.
 */
export function packWorkTree(workTree: string, isRepository: boolean): AsyncGenerator<Uint8Array> {
  return packTar(isRepository ? repositoryEntries(workTree, "") : folderEntries(workTree, ""));
}

async function* repositoryEntries(root: string, prefix: string): AsyncGenerator<TarEntry> {
  const folders = new Set<string>();
  const base = prefix === "" ? root : join(root, prefix);
  for (const name of await listFiles(base)) {
    const path = prefix + name;
    if (name.endsWith("/")) {
      yield* repositoryEntries(root, path);
      continue;
    }
    yield* parentEntries(path, folders);
    const entry = await toEntry(root, path);
    if (entry?.type === "directory") yield* repositoryEntries(root, `${path}/`);
    else if (entry !== undefined) yield entry;
  }
  const gitFolder = await statOf(join(base, ".git"));
  if (gitFolder?.isDirectory() === true) yield* folderEntries(root, `${prefix}.git`);
}

async function* folderEntries(root: string, path: string): AsyncGenerator<TarEntry> {
  if (path !== "") yield directory(path);
  for (const name of (await readdir(join(root, path))).toSorted()) {
    const child = path === "" ? name : `${path}/${name}`;
    const entry = await toEntry(root, child);
    if (entry?.type === "directory") yield* folderEntries(root, child);
    else if (entry !== undefined) yield entry;
  }
}

/** Folders have entries of their own, or an engine would make them with rights of its choice. */
function* parentEntries(path: string, seen: Set<string>): Generator<TarEntry> {
  for (let slash = path.indexOf("/"); slash !== -1; slash = path.indexOf("/", slash + 1)) {
    const folder = path.slice(0, slash);
    if (seen.has(folder)) continue;
    seen.add(folder);
    yield directory(folder);
  }
}

function directory(path: string): TarEntry {
  return { type: "directory", path, mode: 0o777, modifiedAtMs: 0 };
}

async function toEntry(root: string, path: string): Promise<TarEntry | undefined> {
  const full = join(root, path);
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
  const content = await readFile(full).catch(ignoreMissing);
  return content === undefined ? undefined : { ...head, type: "file", mode, sizeBytes: content.length, content };
}

/** A file may grow or shrink while it is read; the archive needs as many bytes as it announced. */
async function* readExactly(path: string, sizeBytes: number): AsyncGenerator<Uint8Array> {
  await using file = await open(path);
  let left = sizeBytes;
  while (left > 0) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(Math.min(left, SMALL_FILE_BYTES)));
    const chunk = bytesRead === 0 ? Buffer.alloc(Math.min(left, SMALL_FILE_BYTES)) : buffer.subarray(0, bytesRead);
    left -= chunk.length;
    yield chunk;
  }
}

async function statOf(path: string): Promise<Stats | undefined> {
  return lstat(path).catch(ignoreMissing);
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
  throw error;
}
