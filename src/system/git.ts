import { basename, resolve } from "node:path";
import type { CommitFacts, RepositoryFacts } from "../dialects/dialect.ts";
import { withoutUndefined } from "../text/without-undefined.ts";
import { runProcess } from "./processes.ts";

/** A list of a million files fits. */
const LIST_LIMIT_BYTES = 256 * 1024 * 1024;

/** The folder of the work tree around `folder`. @returns `undefined` outside of git, or when git does not trust the folder. */
export async function findWorkTree(folder: string): Promise<string | undefined> {
  const text = await git(folder, ["rev-parse", "--show-toplevel"]);
  return text === undefined || text.trim() === "" ? undefined : text.replace(/\n$/, "");
}

/** Where a work tree's repository lies. They differ in a linked work tree: `common` is what it shares with the others. */
export interface GitFolders {
  readonly own: string;
  readonly common: string;
}

export async function findGitFolders(workTree: string): Promise<GitFolders | undefined> {
  const text = await git(workTree, ["rev-parse", "--git-dir", "--git-common-dir"]);
  const [own, common] = (text ?? "").split("\n");
  if (own === undefined || common === undefined || own === "" || common === "") return undefined;
  return { own: resolve(workTree, own), common: resolve(workTree, common) };
}

/** Why git will not work here, in git's own words; `undefined` when it just is no repository, or git is not installed. */
export async function findGitProblem(folder: string): Promise<string | undefined> {
  try {
    const result = await runProcess("git", ["rev-parse", "--show-toplevel"], { cwd: folder });
    if (result.exitCode === 0 || /not a git repository/i.test(result.stderr)) return undefined;
    return result.stderr.split("\n")[0]?.replace(/^fatal: /, "");
  } catch {
    return undefined;
  }
}

/**
 * What git knows of a work tree; only the folder's name outside of git. Never throws: what git cannot tell is absent.
 */
export async function readRepositoryFacts(workTree: string, isRepository: boolean): Promise<RepositoryFacts> {
  const folderName = basename(workTree);
  if (!isRepository) return { folderName };
  const [config, head, branch, refs, status] = await Promise.all([
    git(workTree, ["config", "--list", "-z"]),
    git(workTree, ["log", "-1", "--format=%H%x00%P%x00%an <%ae>%x00%cI%x00%B"]),
    git(workTree, ["symbolic-ref", "--quiet", "--short", "HEAD"]),
    git(workTree, [
      "for-each-ref",
      "--format=%(refname) %(symref)",
      "refs/heads/main",
      "refs/heads/master",
      "refs/remotes/origin/HEAD",
    ]),
    git(workTree, ["status", "--porcelain", "-z", "--untracked-files=all"]),
  ]);
  const settings = parseConfig(config ?? "");
  const current = branch?.trim() || undefined;
  return withoutUndefined({
    folderName,
    remoteUrl: findRemote(settings),
    commit: head === undefined ? undefined : parseCommit(head),
    branch: current,
    defaultBranch: findDefaultBranch(refs ?? "") ?? current,
    userName: settings.get("user.name"),
    userEmail: settings.get("user.email"),
    changedFiles: status === undefined ? undefined : countEntries(status),
  });
}

/**
 * Files of the work tree: tracked and untracked, without what git ignores; relative, `/` between parts.
 *
 * A name that ends in `/` is a repository inside this one (a submodule, a clone). A file that git tracks may be missing.
 */
export async function listFiles(workTree: string): Promise<readonly string[]> {
  const text = await git(workTree, ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"]);
  return (text ?? "").split("\0").filter((name) => name !== "");
}

async function git(cwd: string, argv: readonly string[]): Promise<string | undefined> {
  try {
    const result = await runProcess("git", ["-c", "core.quotePath=false", "-c", "core.fsmonitor=false", ...argv], {
      cwd,
      outputLimitBytes: LIST_LIMIT_BYTES,
    });
    return result.exitCode === 0 ? result.stdout : undefined;
  } catch {
    // No git on this machine: the folder is treated as one without a repository.
    return undefined;
  }
}

function parseConfig(text: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const entry of text.split("\0")) {
    const [key = "", ...value] = entry.split("\n");
    if (key !== "") settings.set(key, value.join("\n"));
  }
  return settings;
}

/** `origin`, else the only remote, else none (GY-115). */
function findRemote(settings: ReadonlyMap<string, string>): string | undefined {
  const remotes = [...settings].filter(([key]) => /^remote\..+\.url$/.test(key));
  return settings.get("remote.origin.url") ?? (remotes.length === 1 ? remotes[0]?.[1] : undefined);
}

function parseCommit(text: string): CommitFacts | undefined {
  const [sha, parents = "", author = "", committedAt = "", ...message] = text.split("\0");
  if (sha === undefined || !/^[0-9a-f]{40,64}$/.test(sha)) return undefined;
  const parentSha = parents.split(" ")[0];
  return withoutUndefined({
    sha,
    parentSha: parentSha || undefined,
    author,
    committedAt,
    message: message.join("\0").replace(/\n+$/, "\n"),
  });
}

function findDefaultBranch(refs: string): string | undefined {
  const lines = refs.split("\n").map((line) => line.split(" "));
  const origin = lines.find(([name]) => name === "refs/remotes/origin/HEAD")?.[1];
  if (origin !== undefined && origin !== "") return origin.replace("refs/remotes/origin/", "");
  for (const name of ["main", "master"]) {
    if (lines.some(([ref]) => ref === `refs/heads/${name}`)) return name;
  }
  return undefined;
}

/** An entry of a rename is followed by the old name, which starts without a state. */
function countEntries(status: string): number {
  return status.split("\0").filter((entry) => /^[ MADRCUT?!]{2} /.test(entry)).length;
}
