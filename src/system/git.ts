import { basename, resolve } from "node:path";
import type { CommitFacts, RepositoryFacts } from "../dialects/dialect.ts";
import { OutriggerError } from "../model/outrigger-error.ts";
import { withoutUndefined } from "../text/without-undefined.ts";
import { type ProcessResult, runProcess } from "./processes.ts";

/** A list of a million files fits. */
const LIST_LIMIT_BYTES = 256 * 1024 * 1024;

/** Where a work tree's repository lies. They differ in a linked work tree: `common` is what it shares with the others. */
export interface GitFolders {
  readonly own: string;
  readonly common: string;
}

export async function findGitFolders(workTree: string): Promise<GitFolders | undefined> {
  const text = await runGit(workTree, ["rev-parse", "--git-dir", "--git-common-dir"]);
  const [own, common] = (text ?? "").split("\n");
  if (own === undefined || common === undefined || own === "" || common === "") return undefined;
  return { own: resolve(workTree, own), common: resolve(workTree, common) };
}

/** What git makes of a folder. */
export interface Repository {
  /** Top of the work tree; undefined outside of git, or where git will not work. */
  readonly workTree: string | undefined;
  readonly facts: RepositoryFacts;
  /** Why git will not work here, in its own words: a folder that belongs to somebody else, for one. */
  readonly problem: string | undefined;
}

/**
 * Asks git about the repository around a folder. Never throws: what git cannot tell is absent; only the folder's name is
 * known outside of git.
 *
 * All questions are put at once: each costs a process, and none needs another's answer.
 */
export async function readRepository(folder: string): Promise<Repository> {
  const [top, config, head, refs] = await Promise.all([
    findTop(folder),
    runGit(folder, ["config", "--list", "-z"]),
    runGit(folder, ["log", "-1", "--format=%H%x00%P%x00%an <%ae>%x00%cI%x00%B"]),
    runGit(folder, [
      "for-each-ref",
      "--format=%(refname) %(symref)",
      "refs/heads/main",
      "refs/heads/master",
      "refs/remotes/origin/HEAD",
    ]),
  ]);
  const { workTree, branch, problem } = top;
  const folderName = basename(workTree ?? folder);
  if (workTree === undefined) return { workTree, facts: { folderName }, problem };
  const settings = parseConfig(config ?? "");
  const facts = withoutUndefined({
    folderName,
    remoteUrl: findRemote(settings),
    commit: head === undefined ? undefined : parseCommit(head),
    branch,
    defaultBranch: findDefaultBranch(refs ?? "") ?? branch,
    userName: settings.get("user.name"),
    userEmail: settings.get("user.email"),
  });
  return { workTree, facts, problem };
}

/**
 * How many files of the work tree around a folder differ from its commit, or have none; git looks at every file for it.
 *
 * @returns undefined outside of git, and where git will not work.
 */
export async function countChangedFiles(folder: string): Promise<number | undefined> {
  const status = await runGit(folder, ["status", "--porcelain", "-z", "--untracked-files=all"]);
  // An entry of a rename is followed by the old name, which starts without a state.
  return status?.split("\0").filter((entry) => /^[ MADRCUT?!]{2} /.test(entry)).length;
}

interface Top {
  readonly workTree: string | undefined;
  /** Undefined where none is checked out. */
  readonly branch: string | undefined;
  readonly problem: string | undefined;
}

async function findTop(folder: string): Promise<Top> {
  const nothing: Top = { workTree: undefined, branch: undefined, problem: undefined };
  try {
    const asked = ["rev-parse", "--show-toplevel", "--symbolic-full-name", "HEAD"];
    const { exitCode, stdout, stderr } = await runProcess("git", asked, { cwd: folder });
    // A folder's name may hold line feeds; the answer about HEAD is the last line.
    const [, workTree = "", head = ""] = /^(.+)\n(.*)\n$/s.exec(stdout) ?? [];
    if (exitCode === 0 && workTree !== "") {
      return { ...nothing, workTree, branch: /^refs\/heads\/(.+)$/.exec(head)?.[1] };
    }
    if (workTree !== "") return { ...nothing, workTree, branch: await unbornBranch(folder) };
    if (/not a git repository/i.test(stderr)) return nothing;
    return { ...nothing, problem: stderr.split("\n")[0]?.replace(/^fatal: /, "") };
  } catch {
    // No git on this machine: the folder is treated as one without a repository.
    return nothing;
  }
}

/** HEAD names it before it has a commit. */
async function unbornBranch(folder: string): Promise<string | undefined> {
  return (await runGit(folder, ["symbolic-ref", "--quiet", "--short", "HEAD"]))?.trim() || undefined;
}

/** Git does not say which files a work tree has: its index is broken, for one. */
export class UnlistedFilesError extends OutriggerError {
  override readonly code = "sources_unreadable";
}

/**
 * Files of the work tree: tracked and untracked, without what git ignores; relative, `/` between parts.
 *
 * A name that ends in `/` is a repository inside this one (a submodule, a clone). A file that git tracks may be missing.
 * Empty for the folder of a submodule that is not checked out: the outer repository answers there.
 *
 * @throws UnlistedFilesError where git cannot say it.
 */
export async function listFiles(workTree: string): Promise<readonly string[]> {
  const asked = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
  const { exitCode, stdout, stderr } = await askGit(workTree, asked).catch((error: unknown) => {
    throw new UnlistedFilesError(`git cannot be asked for the files of "${workTree}": ${String(error)}`, {
      hint: `look whether the folder is there, and git: git -C "${workTree}" status`,
      cause: error,
    });
  });
  if (exitCode !== 0) {
    const reason =
      stderr
        .trim()
        .split("\n")[0]
        ?.replace(/^fatal: /, "") ?? "";
    throw new UnlistedFilesError(`git cannot list the files of "${workTree}": ${reason || "it was ended"}`, {
      hint: `look at what git says there: git -C "${workTree}" status`,
    });
  }
  // "./" is how the outer repository names the folder it is asked in.
  return stdout.split("\0").filter((name) => name !== "" && name !== "./");
}

/** The commit that last changed a file. @returns undefined for a file that no commit has. */
export async function lastCommitOf(workTree: string, path: string): Promise<string | undefined> {
  return (await runGit(workTree, ["log", "-1", "--format=%H", "--", path]))?.trim() || undefined;
}

/** What an annotated tag says, without a signature. @returns undefined for any other tag, and for none. */
export async function readTagMessage(folder: string, tag: string): Promise<string | undefined> {
  const format = "--format=%(objecttype)%00%(contents:subject)%00%(contents:body)";
  const [type, subject = "", body = ""] =
    (await runGit(folder, ["for-each-ref", format, `refs/tags/${tag}`]))?.split("\0") ?? [];
  if (type !== "tag") return undefined;
  const rest = body.trim();
  return rest === "" ? subject : `${subject}\n\n${rest}`;
}

/** @returns undefined when it fails, and where there is no git. */
export async function runGit(cwd: string, argv: readonly string[]): Promise<string | undefined> {
  try {
    const result = await askGit(cwd, argv);
    return result.exitCode === 0 ? result.stdout : undefined;
  } catch {
    // No git on this machine: the folder is treated as one without a repository.
    return undefined;
  }
}

/** @throws the system's error where there is no git. */
async function askGit(cwd: string, argv: readonly string[]): Promise<ProcessResult> {
  return await runProcess("git", ["-c", "core.quotePath=false", "-c", "core.fsmonitor=false", ...argv], {
    cwd,
    outputLimitBytes: LIST_LIMIT_BYTES,
  });
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
