import type { FileAnswer, FileBase, FileFailure } from "../../dialects/files.ts";
import { compileGlob } from "../../text/glob.ts";
import { type GitSource, runGit } from "./git-source.ts";
import { fitting, type LocalTree, listTree, MAX_INCLUDED_BYTES, readLocalFile } from "./local-files.ts";

/** A repository's files at one moment. */
export interface FileTree {
  readonly base: FileBase;
  /** How messages name a file of it. */
  nameOf(path: string): string;
  read(path: string): Promise<string | FileFailure>;
  list(): Promise<readonly string[]>;
}

/** @param showPath how messages name a file on this machine. */
export function folderTree(folder: LocalTree, base: FileBase, nameOf: (path: string) => string): FileTree {
  return {
    base,
    nameOf,
    read: (path) => readLocalFile(folder, path),
    list: () => listTree(folder),
  };
}

/** @param gitFolder a repository that holds the commit. */
export function commitTree(
  gitFolder: string,
  sha: string,
  source: Pick<GitSource, "gitOptions">,
  base: FileBase,
  nameOf: (path: string) => string,
): FileTree {
  const git = (argv: readonly string[]): Promise<string | FileFailure> =>
    runGit(["--git-dir", gitFolder, ...argv], source.gitOptions);
  return {
    base,
    nameOf,
    async read(path) {
      const size = await git(["cat-file", "-s", `${sha}:${path}`]);
      if (typeof size !== "string" || path.split("/").includes("..")) return { reason: "no-file" };
      if (Number(size) > MAX_INCLUDED_BYTES)
        return { reason: "no-file", detail: `it is too large: ${size.trim()} bytes` };
      return await git(["cat-file", "blob", `${sha}:${path}`]);
    },
    async list() {
      const names = await git(["ls-tree", "-r", "-z", "--name-only", sha]);
      return typeof names === "string" ? names.split("\0").filter((name) => name !== "") : [];
    },
  };
}

export async function readFrom(
  tree: FileTree,
  path: string,
  extra: { version?: string; sha?: string } = {},
): Promise<FileAnswer> {
  const text = await tree.read(path);
  if (typeof text !== "string") return { kind: "failed", failure: text };
  return { kind: "text", found: { file: tree.nameOf(path), text, base: tree.base, ...extra } };
}

export async function findIn(tree: FileTree, pattern: string): Promise<FileAnswer> {
  return { kind: "names", names: fitting(await tree.list(), pattern) };
}

/** More are not made: GitLab takes it that there is such a file. @source GY-165 */
const MAX_COMPARISONS = 50_000;

/** At most one name: it is enough to know that there is one. What is no pattern costs no comparison. @source GY-165 */
export async function findExisting(tree: FileTree, patterns: readonly string[]): Promise<FileAnswer> {
  const names = await tree.list();
  const globs = patterns.filter(isGlob);
  const wanted = new Set(patterns.filter((pattern) => !isGlob(pattern)));
  const known = wanted.size === 0 ? undefined : names.find((name) => wanted.has(name));
  if (known !== undefined) return { kind: "names", names: [known] };
  if (globs.length * names.length > MAX_COMPARISONS) return { kind: "too-many" };
  const fits = globs.map((glob) => compileGlob(glob, "fnmatch"));
  const found = names.find((name) => fits.some((fit) => fit(name)));
  return { kind: "names", names: found === undefined ? [] : [found] };
}

function isGlob(pattern: string): boolean {
  return /[*?[{\\]/.test(pattern);
}
