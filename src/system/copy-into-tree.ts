import { copyFile, lstat, mkdir, open, readdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { refuse } from "./archive-file.ts";
import { newRunId } from "./random-id.ts";

/** Paths are relative to the tree, in the order in which they were met. */
export interface CopiedFiles {
  readonly files: number;
  /** Something else stood there before. */
  readonly replaced: readonly string[];
  /** Not written: behind a link, in place of a folder, or in a folder that belongs to git or to us. */
  readonly leftOut: readonly string[];
}

interface Copying {
  files: number;
  readonly replaced: string[];
  readonly leftOut: string[];
}

/** What is in them is run, or taken for granted, by somebody else. */
const NOT_TO_BE_TOUCHED = /(?:^|\/)\.(?:git|outrigger)(?:\/|$)/i;

/**
 * Copies the files and links of a folder over a tree, each in one step. Nothing is written through a link, and no folder is
 * removed.
 *
 * @throws KeptFilesError when the disk is full or the tree cannot be written.
 */
export async function copyIntoTree(folder: string, tree: string): Promise<CopiedFiles> {
  const copied: Copying = { files: 0, replaced: [], leftOut: [] };
  await copyFolder(folder, tree, "", copied);
  return copied;
}

async function copyFolder(folder: string, tree: string, path: string, copied: Copying): Promise<void> {
  const entries = await readdir(join(folder, path), { withFileTypes: true }).catch(refuse(join(folder, path)));
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const inner = path === "" ? entry.name : `${path}/${entry.name}`;
    if (NOT_TO_BE_TOUCHED.test(inner) || !(await isRealFolder(tree, path))) copied.leftOut.push(inner);
    else if (entry.isDirectory()) await copyFolder(folder, tree, inner, copied);
    else await copyOne(join(folder, inner), tree, inner, copied);
  }
}

/** Not there yet counts: it will be made. */
async function isRealFolder(tree: string, path: string): Promise<boolean> {
  const found = path === "" ? undefined : await lstat(join(tree, path)).catch(() => undefined);
  return found === undefined || found.isDirectory();
}

async function copyOne(from: string, tree: string, path: string, copied: Copying): Promise<void> {
  const to = join(tree, path);
  const before = await lstat(to).catch(() => undefined);
  if (before?.isDirectory() === true) {
    copied.leftOut.push(path);
    return;
  }
  if (before !== undefined && (await isSame(from, to))) return;
  await mkdir(dirname(to), { recursive: true }).catch(refuse(to));
  const draft = `${dirname(to)}/.${newRunId()}.part`;
  try {
    const link = await readlink(from).catch(() => undefined);
    await (link === undefined ? copyFile(from, draft) : symlink(link, draft)).catch(refuse(to));
    await rename(draft, to).catch(refuse(to));
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined); // what went wrong first is what counts
    throw error;
  }
  copied.files += 1;
  if (before !== undefined) copied.replaced.push(path);
}

const CHUNK_BYTES = 256 * 1024;

async function isSame(one: string, other: string): Promise<boolean> {
  const [first, second] = [await lstat(one), await lstat(other)];
  if (first.isSymbolicLink() && second.isSymbolicLink()) return (await readlink(one)) === (await readlink(other));
  const isAlike = first.isFile() && second.isFile() && first.size === second.size;
  if (!isAlike || (first.mode & 0o100) !== (second.mode & 0o100)) return false;
  await using left = await open(one).catch(refuse(one));
  await using right = await open(other).catch(refuse(other));
  for (;;) {
    const [a, b] = await Promise.all([left.read(Buffer.alloc(CHUNK_BYTES)), right.read(Buffer.alloc(CHUNK_BYTES))]);
    if (a.bytesRead !== b.bytesRead || !a.buffer.subarray(0, a.bytesRead).equals(b.buffer.subarray(0, b.bytesRead)))
      return false;
    if (a.bytesRead === 0) return true;
  }
}
