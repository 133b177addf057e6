import type { DialectContext } from "../dialect.ts";
import { type RepositoryName, repositoryName } from "./repository-name.ts";

/** What made this run happen, complete: what nobody said is a push to the repository's branch. */
export interface Trigger {
  readonly event: string;
  /** Where the change goes: the branch pushed to, or the target of a pull request. */
  readonly branch: string;
  readonly sourceBranch: string;
  readonly tag: string | undefined;
  readonly ref: string;
  readonly repository: RepositoryName;
  readonly cron: string | undefined;
  /** Of a promotion. */
  readonly target: string | undefined;
  readonly action: string | undefined;
  readonly instance: string | undefined;
  /** `linux/amd64`. */
  readonly platform: string;
}

const FALLBACK_BRANCH = "main";

export function toTrigger(context: DialectContext): Trigger {
  const { facts, trigger = {} } = context;
  const event = trigger.event ?? (trigger.tag === undefined ? "push" : "tag");
  const tag = trigger.tag ?? /^refs\/tags\/(.+)$/.exec(trigger.ref ?? "")?.[1];
  const current = facts.branch ?? facts.defaultBranch ?? FALLBACK_BRANCH;
  const wanted = event === "pull_request" ? (trigger.branch ?? trigger.targetBranch) : trigger.branch;
  const branch = wanted ?? (event === "pull_request" ? (facts.defaultBranch ?? current) : current);
  return {
    event,
    branch: tag === undefined || trigger.branch !== undefined ? branch : `refs/tags/${tag}`,
    sourceBranch: trigger.sourceBranch ?? (event === "pull_request" ? current : branch),
    tag,
    ref: trigger.ref ?? refOf(event, branch, tag),
    repository: repositoryName(facts, trigger.repo),
    cron: trigger.cron,
    target: trigger.target,
    action: trigger.action,
    instance: trigger.instance,
    platform: context.run.platform,
  };
}

function refOf(event: string, branch: string, tag: string | undefined): string {
  if (tag !== undefined) return `refs/tags/${tag}`;
  return event === "pull_request" ? "refs/pull/1/head" : `refs/heads/${branch}`;
}
