import type { DialectContext } from "../../dialect.ts";
import type { Trigger } from "../trigger.ts";

export interface BuildPlace {
  /** The pipeline's or workflow's own name. */
  readonly name: string;
  /** Counted from 1. */
  readonly number: number;
  readonly workspaceBase: string;
  readonly workspacePath: string;
}

const NO_COMMIT = "0".repeat(40);

/** What the variables of one build are made of. */
export interface BuildFacts {
  readonly context: DialectContext;
  readonly trigger: Trigger;
  readonly commit: Commit;
  readonly place: BuildPlace;
}

/** Empty texts, and zeroes for its id, where there is none. */
export interface Commit {
  readonly sha: string;
  readonly before: string;
  readonly message: string;
  readonly authorName: string;
  readonly authorEmail: string;
}

export function toCommit(context: DialectContext): Commit {
  const { commit, userName, userEmail } = context.facts;
  const [, name, email] = /^(.*?)\s*<([^>]*)>$/.exec(commit?.author ?? "") ?? [];
  return {
    sha: commit?.sha ?? NO_COMMIT,
    before: commit?.parentSha ?? NO_COMMIT,
    message: commit?.message ?? "",
    authorName: name ?? userName ?? "",
    authorEmail: email ?? userEmail ?? "",
  };
}

/** Empty for any other event; 1 where the ref does not tell. */
export function pullRequestNumber(trigger: Trigger): string {
  return trigger.event.startsWith("pull_request") ? (/^refs\/pull\/(\d+)\//.exec(trigger.ref)?.[1] ?? "1") : "";
}

/** When the build began, in seconds since 1970. */
export function startSeconds(context: DialectContext): string {
  return String(Math.floor(context.run.startedAt.getTime() / 1000));
}
