import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { findGitFolders } from "./git.ts";
import type { TarEntry } from "./tar.ts";
import { folderEntries, statOf, toEntry } from "./tree-entries.ts";

/** What all work trees of a repository share; the rest of the common folder is the state of its main work tree. */
const SHARED: ReadonlySet<string> = new Set([
  "config",
  "description",
  "hooks",
  "info",
  "lfs",
  "logs",
  "modules",
  "objects",
  "packed-refs",
  "refs",
  "shallow",
]);

/** What only makes sense where the linked work tree lies. */
const BOUND: ReadonlySet<string> = new Set(["commondir", "gitdir", "locked"]);

/**
 * The repository of a work tree as a `.git` folder that stands on its own, so that scripts can ask git.
 *
 * A linked work tree and a submodule have a file in its place that names a folder elsewhere. A submodule whose outer
 * repository travels along keeps the file: what it names is in there.
 *
 * @param path the work tree's name in the archive with a `/` behind, or empty.
 */
export async function* gitFolderEntries(workTree: string, path: string): AsyncGenerator<TarEntry> {
  const stats = await statOf(join(workTree, ".git"));
  if (stats?.isDirectory() === true) return yield* folderEntries(join(workTree, ".git"), `${path}.git`);
  if (stats?.isFile() !== true) return;
  if (path !== "") {
    const entry = await toEntry(join(workTree, ".git"), `${path}.git`);
    if (entry !== undefined) yield entry;
    return;
  }
  const folders = await findGitFolders(workTree);
  if (folders === undefined) return;
  const { own, common } = folders;
  if (own !== common) yield* folderEntries(common, ".git", isShared);
  yield* folderEntries(own, ".git", (name) => !BOUND.has(name.slice(".git/".length)) && name !== ".git/config");
  yield await freeConfig(join(common, "config"));
}

function isShared(path: string): boolean {
  return SHARED.has(path.split("/")[1] ?? "") && path !== ".git/logs/HEAD" && path !== ".git/config";
}

/** `core.worktree` of a submodule leads to where it lies here. */
async function freeConfig(file: string): Promise<TarEntry> {
  const text = await readFile(file, "utf8");
  const content = Buffer.from(text.replace(/^\s*worktree\s*=.*\n/gm, ""));
  return { type: "file", path: ".git/config", mode: 0o666, modifiedAtMs: 0, sizeBytes: content.length, content };
}
