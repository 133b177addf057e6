// Files of other projects, by the `git` program: with the person's own credentials, and never a question at the terminal.

import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import type { FileFailure } from "../../dialects/files.ts";
import { sha256 } from "../../text/sha256.ts";
import { runProcess } from "../processes.ts";
import { listenForSignals } from "../signals.ts";

export interface GitSourceOptions {
  readonly isOffline: boolean;
  readonly cacheFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
}

/** Names of a repository's branches and tags with their commits, `HEAD` among them. */
export type GitRefs = ReadonlyMap<string, string>;

const DRAFT = "draft-";
/** No fetch takes that long. */
const OLD_DRAFT_MS = 3_600_000;
const SHA = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/** One repository elsewhere, and the commits of it that were fetched. */
export class GitSource {
  readonly url: string;
  readonly #options: GitSourceOptions;
  readonly #folder: string;
  #refs: Promise<GitRefs | FileFailure> | undefined;
  readonly #commits = new Map<string, Promise<string | FileFailure>>();

  constructor(url: string, options: GitSourceOptions) {
    this.url = url;
    this.#options = options;
    const hash = sha256(url).slice(0, 32);
    this.#folder = join(options.cacheFolder, "projects", hash);
  }

  /** How `git` is to be run for it. */
  get gitOptions(): Pick<GitSourceOptions, "env" | "timeoutMs"> {
    return this.#options;
  }

  /** Asked once; offline as they were the last time. */
  refs(): Promise<GitRefs | FileFailure> {
    this.#refs ??= this.#isOutOfReach ? this.#rememberedRefs() : this.#listRefs();
    return this.#refs;
  }

  /** The commit of a branch, a tag or a full SHA; without a name that of the default branch. */
  async resolve(ref: string | undefined): Promise<string | FileFailure> {
    if (ref !== undefined && SHA.test(ref)) return ref;
    const refs = await this.refs();
    if ("reason" in refs) return refs;
    const names =
      ref === undefined ? ["HEAD"] : [`refs/heads/${ref}`, `refs/tags/${ref}`, ref, `refs/remotes/origin/${ref}`];
    const sha = names.map((name) => refs.get(name)).find((one) => one !== undefined);
    return sha ?? (this.#isOutOfReach ? { reason: "offline" } : { reason: "no-ref" });
  }

  /** A repository that holds the commit: `git --git-dir`. Fetched once for all time. */
  commit(sha: string): Promise<string | FileFailure> {
    const known = this.#commits.get(sha) ?? this.#openCommit(sha);
    this.#commits.set(sha, known);
    return known;
  }

  get #isOutOfReach(): boolean {
    return this.#options.isOffline && !isAbsolute(this.url);
  }

  async #openCommit(sha: string): Promise<string | FileFailure> {
    if (isAbsolute(this.url)) return await this.#openHere(sha);
    const folder = join(this.#folder, `${sha}.git`);
    const isThere = await stat(folder).then(
      () => true,
      () => false,
    );
    if (isThere) return folder;
    return this.#isOutOfReach ? { reason: "offline" } : await this.#fetch(sha, folder);
  }

  /** A repository on this machine is read where it lies. */
  async #openHere(sha: string): Promise<string | FileFailure> {
    const gitFolder = await runGit(["-C", this.url, "rev-parse", "--absolute-git-dir"], this.#options);
    if (typeof gitFolder !== "string") return gitFolder;
    const folder = gitFolder.replace(/\n$/, "");
    const found = await runGit(["--git-dir", folder, "cat-file", "-e", `${sha}^{commit}`], this.#options);
    return typeof found === "string" ? folder : { reason: "no-ref" };
  }

  /** Into a folder of its own that gets its name when it is whole: nobody sees half of it, and nobody waits for a lock. */
  async #fetch(sha: string, folder: string): Promise<string | FileFailure> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await removeOldDrafts(this.#folder);
    const draft = await mkdtemp(join(this.#folder, DRAFT));
    try {
      const made = await this.#git(["init", "--quiet", "--bare", "--template=", draft]);
      const failure = made ?? (await this.#fetchCommit(sha, draft));
      if (failure !== undefined) return failure;
      await rename(draft, folder).catch(() => undefined);
      return folder;
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }

  /** A server may give commits only by the names of branches and tags; those of the commit are known. */
  async #fetchCommit(sha: string, gitFolder: string): Promise<FileFailure | undefined> {
    const refs = this.#refs === undefined ? undefined : await this.#refs;
    const name = refs === undefined || "reason" in refs ? undefined : [...refs].find(([, one]) => one === sha)?.[0];
    const fetch = ["--git-dir", gitFolder, "fetch", "--quiet", "--depth=1", "--no-tags", "--end-of-options", this.url];
    const failure = await this.#git([...fetch, name ?? sha]);
    if (failure === undefined) return undefined;
    return /not our ref|unadvertised|couldn't find remote ref/i.test(failure.detail ?? "")
      ? { ...failure, reason: "no-ref" }
      : failure;
  }

  async #git(argv: readonly string[]): Promise<FileFailure | undefined> {
    const result = await runGit(argv, this.#options);
    return typeof result === "string" ? undefined : result;
  }

  async #listRefs(): Promise<GitRefs | FileFailure> {
    const listed = await runGit(["ls-remote", "--end-of-options", this.url], this.#options);
    if (typeof listed !== "string") return listed;
    const refs = parseRefs(listed);
    await this.#remember(refs);
    return refs;
  }

  async #remember(refs: GitRefs): Promise<void> {
    const path = join(this.#folder, "refs.json");
    const draft = `${path}.${process.pid}.draft`;
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writeFile(draft, JSON.stringify([...refs]));
      await rename(draft, path);
    } catch {
      // What cannot be remembered is asked for again.
    }
  }

  async #rememberedRefs(): Promise<GitRefs | FileFailure> {
    const text = await readFile(join(this.#folder, "refs.json"), "utf8").catch(() => undefined);
    if (text === undefined) return { reason: "offline" };
    const entries: unknown = JSON.parse(text);
    const pairs = Array.isArray(entries) ? entries.filter(isPair) : [];
    return new Map(pairs);
  }
}

/** What was killed in the middle leaves its draft behind. */
async function removeOldDrafts(folder: string): Promise<void> {
  const drafts = (await readdir(folder)).filter((name) => name.startsWith(DRAFT)).map((name) => join(folder, name));
  for (const draft of drafts) {
    const stats = await stat(draft).catch(() => undefined);
    const isOld = stats !== undefined && Date.now() - stats.mtimeMs > OLD_DRAFT_MS;
    if (isOld) await rm(draft, { recursive: true, force: true });
  }
}

/** A tag that was made with a message is listed twice: the second line, with `^{}`, has its commit. */
function parseRefs(text: string): GitRefs {
  const refs = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [sha = "", name = ""] = line.split("\t");
    if (SHA.test(sha) && name !== "") refs.set(name.replace(/\^\{\}$/, ""), sha);
  }
  return refs;
}

/** @returns what git printed, or why it did not. */
export async function runGit(
  argv: readonly string[],
  { env, timeoutMs }: Pick<GitSourceOptions, "env" | "timeoutMs">,
): Promise<string | FileFailure> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const interruption = new AbortController();
  const signal = AbortSignal.any([timeout, interruption.signal]);
  // A group of its own does not get the terminal's Ctrl-C: it is passed on, and then does what it always does.
  using listening = listenForSignals((name) => interruption.abort(name));
  try {
    const result = await runProcess("git", ["-c", "core.fsmonitor=false", ...argv], {
      env: { ...env, ...QUIET, ...unlocated() },
      signal,
    });
    return result.exitCode === 0 ? result.stdout : failureOf(result.stderr);
  } catch (error) {
    if (interruption.signal.aborted) return await endBySignal(listening, interruption.signal.reason);
    if (signal.aborted) return { reason: "timeout", detail: `git had no answer after ${timeoutMs / 1000} s` };
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return code === "ENOENT"
      ? { reason: "no-project", detail: "git is not installed", hint: "install git" }
      : { reason: "no-project", detail: String(error) };
  }
}

/** What we started is gone; now the signal ends us as if nobody had listened. Whoever waits for git waits no more. */
function endBySignal(listening: Disposable, name: unknown): Promise<never> {
  listening[Symbol.dispose]();
  process.kill(process.pid, name === "SIGTERM" || name === "SIGHUP" ? name : "SIGINT");
  return new Promise<never>(() => undefined);
}

/** A question for a password would wait for ever; programs that a file's address could name are not started. */
const QUIET = {
  GIT_TERMINAL_PROMPT: "0",
  GIT_ASKPASS: "",
  SSH_ASKPASS: "",
  SSH_ASKPASS_REQUIRE: "never",
  GCM_INTERACTIVE: "never",
  GIT_ALLOW_PROTOCOL: "https:http:ssh:file",
  LC_ALL: "C",
} as const;

/** Hooks and other tools run us with these set: they name the wrong repository. */
function unlocated(): Record<string, undefined> {
  return { GIT_DIR: undefined, GIT_WORK_TREE: undefined, GIT_INDEX_FILE: undefined, GIT_COMMON_DIR: undefined };
}

function failureOf(stderr: string): FileFailure {
  const lines = stderr.split("\n").map((line) => line.replace(/^(?:fatal|error|remote|ERROR): ?/, "").trim());
  const useful = lines.filter(
    (line) => line !== "" && !/^(?:Please make sure|and the repository exists|Cloning)/.test(line),
  );
  const detail = withoutPassword(useful.at(-1) ?? "git failed without a word");
  const isQuestion = /could not read (?:Username|Password)|Authentication failed|Permission denied/.test(stderr);
  const hint = isQuestion ? "git has no password for it here: try git ls-remote with its address" : undefined;
  return { reason: "no-project", detail: `git: ${detail}`, ...(hint === undefined ? {} : { hint }) };
}

function withoutPassword(text: string): string {
  return text.replaceAll(/([a-z+]+:\/\/)[^/@\s']*@/gi, "$1");
}

function isPair(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === "string");
}
