import { link, lstat, mkdir, open, rename, rm, symlink, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { refuse } from "./archive-file.ts";
import { staysInside, toInnerPath } from "./archive-path.ts";
import { newRunId } from "./random-id.ts";
import { type ReadTarEntry, readTar } from "./tar-reader.ts";

/**
 * Unpacks a tar stream into a folder, which is replaced as a whole once everything is there. Nothing is ever written outside
 * of it: entries that lead out, links to places outside and what is neither file, folder nor link are left out.
 *
 * @returns the paths that were left out.
 * @throws KeptFilesError when the disk is full or the folder cannot be written.
 */
export async function unpackArchive(bytes: AsyncIterable<Uint8Array>, folder: string): Promise<readonly string[]> {
  const draft = `${folder}.${newRunId()}.part`;
  const leftOut: string[] = [];
  try {
    await mkdir(draft, { recursive: true }).catch(refuse(folder));
    for await (const entry of readTar(bytes)) {
      if (!(await unpackEntry(entry, draft))) leftOut.push(entry.path);
    }
    await rm(folder, { recursive: true, force: true }).catch(refuse(folder));
    await rename(draft, folder).catch(refuse(folder));
    return leftOut;
  } catch (error) {
    // What went wrong first is what counts.
    await rm(draft, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
}

/** @returns false for what is left out. */
async function unpackEntry(entry: ReadTarEntry, root: string): Promise<boolean> {
  const path = toInnerPath(entry.path);
  if (path === undefined) return false;
  if (path === "") return true;
  if (!(await makeFolders(root, dirname(path)))) return false;
  const full = join(root, path);
  if (entry.type === "directory") return await makeFolders(root, path);
  if (entry.type === "other") return false;
  const before = await lstat(full).catch(() => undefined);
  if (before?.isDirectory() === true) return false;
  if (before !== undefined) await unlink(full);
  switch (entry.type) {
    case "file":
      await writeContent(full, entry);
      return true;
    case "symlink":
      if (!staysInside(path, entry.target ?? "/")) return false;
      await symlink(entry.target ?? "", full).catch(refuse(full));
      return true;
    case "link": {
      const target = toInnerPath(entry.target ?? "/");
      if (target === undefined || !(await isPlainFile(root, target))) return false;
      await link(join(root, target), full).catch(refuse(full));
      return true;
    }
  }
}

/** Folder by folder, none of them a link: what stands behind one is not ours. */
async function makeFolders(root: string, path: string): Promise<boolean> {
  if (path === ".") return true;
  let folder = root;
  for (const part of path.split("/")) {
    folder = join(folder, part);
    const found = await lstat(folder).catch(() => undefined);
    if (found === undefined) await mkdir(folder).catch(refuse(folder));
    else if (!found.isDirectory()) return false;
  }
  return true;
}

async function isPlainFile(root: string, path: string): Promise<boolean> {
  let at = root;
  for (const part of path.split("/").slice(0, -1)) {
    at = join(at, part);
    if ((await lstat(at).catch(() => undefined))?.isDirectory() !== true) return false;
  }
  return (await lstat(join(root, path)).catch(() => undefined))?.isFile() === true;
}

async function writeContent(full: string, entry: ReadTarEntry): Promise<void> {
  const mode = (entry.mode & 0o111) === 0 ? 0o644 : 0o755;
  await using file = await open(full, "wx", mode).catch(refuse(full));
  for await (const chunk of entry.content) await file.writeFile(chunk).catch(refuse(full));
}
