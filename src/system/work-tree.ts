import { join } from "node:path";
import { ARTIFACTS_FOLDER, REPORTS_FOLDER } from "./artifact-store.ts";
import { listFiles } from "./git.ts";
import { gitFolderEntries } from "./git-folder.ts";
import { packTar, type TarEntry } from "./tar.ts";
import { directoryEntry, folderEntries, MissingFolderError, statOf, toEntry } from "./tree-entries.ts";

/**
 * A tar stream of a work tree as it stands: changed files, untracked files that git does not ignore, and `.git`, so that
 * scripts can ask git. Outside of git everything goes in. The tree is only read.
 *
 * Everybody may write what comes out of it, as in a checkout of GitLab Runner (umask 0000, GS-845): a job may run as any
 * user. Below `below`, when that is given, with its folders as entries of their own. What is neither file, folder nor
 * link (sockets, pipes) is left out; so is a file that vanishes meanwhile.
 *
 * @throws MissingFolderError when the work tree itself is gone, UnreadableFileError, UnlistedFilesError.
 */
export async function* packWorkTree(workTree: string, isRepository: boolean, below = ""): AsyncGenerator<Uint8Array> {
  if ((await statOf(workTree)) === undefined) throw new MissingFolderError(workTree);
  const entries = isRepository ? repositoryEntries(workTree, "") : folderEntries(workTree, "", isNotKept);
  yield* packTar(below === "" ? entries : entriesBelow(below, entries));
}

/** What earlier runs left for people is no source; in a repository git ignores it. */
function isNotKept(path: string): boolean {
  return path !== ARTIFACTS_FOLDER && path !== REPORTS_FOLDER;
}

async function* entriesBelow(below: string, entries: AsyncIterable<TarEntry>): AsyncGenerator<TarEntry> {
  yield directoryEntry("./");
  yield* parentEntries(`${below}/`, new Set());
  for await (const entry of entries) yield { ...entry, path: `${below}/${entry.path}` };
}

async function* repositoryEntries(root: string, prefix: string, names?: readonly string[]): AsyncGenerator<TarEntry> {
  const folders = new Set<string>();
  const base = prefix === "" ? root : join(root, prefix);
  for (const name of names ?? (await listFiles(base))) {
    const path = prefix + name.replace(/\/$/, "");
    yield* parentEntries(path, folders);
    const entry = await toEntry(join(root, path), path);
    if (entry?.type === "directory") yield* nestedEntries(root, path);
    else if (entry !== undefined) yield entry;
  }
  yield* gitFolderEntries(base, prefix);
}

/** A repository inside of another: a clone, a submodule. One that git cannot read goes in as a folder without git. */
async function* nestedEntries(root: string, path: string): AsyncGenerator<TarEntry> {
  const names = await listFiles(join(root, path)).catch(() => undefined);
  if (names === undefined) return yield* folderEntries(join(root, path), path);
  yield directoryEntry(path);
  yield* repositoryEntries(root, `${path}/`, names);
}

/** Folders have entries of their own, or an engine would make them with rights of its choice. */
function* parentEntries(path: string, seen: Set<string>): Generator<TarEntry> {
  for (let slash = path.indexOf("/"); slash !== -1; slash = path.indexOf("/", slash + 1)) {
    const folder = path.slice(0, slash);
    if (seen.has(folder)) continue;
    seen.add(folder);
    yield directoryEntry(folder);
  }
}
