import type { Stats } from "node:fs";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import type { FileFailure } from "../../dialects/files.ts";
import { matchesGlob } from "../../text/glob.ts";
import { listFiles } from "../git.ts";

/** GitLab refuses more. @source GY-9 */
export const MAX_INCLUDED_BYTES = 2 * 1024 * 1024;

export interface LocalTree {
  /** Nothing outside of it is read, whatever links lead there. */
  readonly folder: string;
  readonly isRepository: boolean;
}

/** @returns the file's text, or why there is none. @source GY-48 */
export async function readLocalFile(tree: LocalTree, path: string): Promise<string | FileFailure> {
  if (path.split("/").some((part) => part === "" || part === "." || part === "..")) {
    return { reason: "no-file", hint: 'write the path from the top of the repository, without "./" and "../"' };
  }
  const full = join(tree.folder, path);
  const real = await realpath(full).catch(() => undefined);
  if (real === undefined) return { reason: "no-file" };
  const top = await realpath(tree.folder);
  if (!real.startsWith(top.endsWith(sep) ? top : top + sep)) {
    return { reason: "refused", detail: "it leads out of the repository", hint: "copy the file into the repository" };
  }
  try {
    const stats = await stat(real);
    const problem = findProblem(stats);
    return problem ?? new TextDecoder("utf-8", { fatal: true }).decode(await readFile(real));
  } catch (error) {
    return { reason: "no-file", detail: reasonOf(error) };
  }
}

function findProblem(stats: Stats): FileFailure | undefined {
  if (!stats.isFile()) return { reason: "no-file", detail: stats.isDirectory() ? "it is a folder" : "it is no file" };
  if (stats.size <= MAX_INCLUDED_BYTES) return undefined;
  return { reason: "no-file", detail: `it is too large: ${stats.size} bytes, at most ${MAX_INCLUDED_BYTES} are read` };
}

function reasonOf(error: unknown): string {
  if (error instanceof TypeError) return "it is not UTF-8 text";
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "EACCES" ? "permission denied" : String(code ?? error);
}

/** Names of all files; without what git ignores, in a repository. */
export async function listTree({ folder, isRepository }: LocalTree): Promise<readonly string[]> {
  return isRepository ? await listFiles(folder) : await listFolder(folder);
}

/** Files with a YAML extension that fit the pattern, sorted. @source GY-49 */
export function fitting(names: readonly string[], pattern: string): readonly string[] {
  // What stands before the first star is compared first: a tree may have a hundred thousand files.
  const start = pattern.slice(0, pattern.indexOf("*"));
  const found = names.filter(
    (name) => name.startsWith(start) && /\.ya?ml$/i.test(name) && matchesGlob(pattern, name, "stars"),
  );
  return found.toSorted();
}

async function listFolder(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll(sep, "/"),
    );
}
