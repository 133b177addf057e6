import type { ChangeBase, ChangedFiles, FileAnswer } from "../dialects/files.ts";
import { runGit } from "./git.ts";

/**
 * Files of a work tree that differ from an earlier commit, with what is not committed yet. A renamed file counts under
 * both names.
 *
 * Fails with `no-ref` where there is no such commit, and with `no-source` outside of git. Never throws.
 *
 * @source GY-162, GY-164
 */
export async function findChangedFiles(workTree: string, since: ChangeBase): Promise<FileAnswer> {
  const head = await findCommit(workTree, "HEAD");
  if (head === undefined) return { kind: "failed", failure: { reason: "no-source" } };
  const base = since.kind === "parent" ? await findParent(workTree) : await findMergeBase(workTree, since.refs);
  if (base === undefined) return { kind: "failed", failure: { reason: "no-ref" } };
  const [changed, untracked] = await Promise.all([
    runGit(workTree, ["diff", "--name-only", "--no-renames", "-z", base.sha, "--"]),
    runGit(workTree, ["ls-files", "-z", "--others", "--exclude-standard"]),
  ]);
  const names = [changed, untracked].flatMap((text) => (text ?? "").split("\0")).filter((name) => name !== "");
  const found: ChangedFiles = { names: names.toSorted(), baseSha: base.sha, ref: base.ref };
  return { kind: "changes", changed: found };
}

interface Base {
  readonly sha: string;
  readonly ref: string | undefined;
}

async function findParent(workTree: string): Promise<Base | undefined> {
  const sha = await findCommit(workTree, "HEAD^");
  return sha === undefined ? undefined : { sha, ref: undefined };
}

async function findMergeBase(workTree: string, refs: readonly string[]): Promise<Base | undefined> {
  for (const ref of refs) {
    if (ref.startsWith("-") || (await findCommit(workTree, ref)) === undefined) continue;
    const sha = (await runGit(workTree, ["merge-base", ref, "HEAD"]))?.trim();
    return sha === undefined || sha === "" ? undefined : { sha, ref };
  }
  return undefined;
}

async function findCommit(workTree: string, ref: string): Promise<string | undefined> {
  const sha = await runGit(workTree, ["rev-parse", "--verify", "--quiet", `${ref}^{commit}`]);
  return sha?.trim() || undefined;
}
