import type { NamedValue } from "../variable-list.ts";
import { type BuildFacts, pullRequestNumber, startSeconds } from "./build-facts.ts";

/** The `CI_*` names of 0.6 to 0.8, which 1.x still sets. */
export function ciVariables({ context, trigger, commit, place }: BuildFacts): readonly NamedValue[] {
  const { repository } = trigger;
  const number = String(context.run.pipelineId);
  const now = startSeconds(context);
  return [
    ["CI_REPO", repository.fullName],
    ["CI_REPO_NAME", repository.fullName],
    ["CI_REPO_LINK", repository.link],
    ["CI_REPO_REMOTE", `${repository.link}.git`],
    ["CI_REMOTE_URL", `${repository.link}.git`],
    ["CI_COMMIT_SHA", commit.sha],
    ["CI_COMMIT_REF", trigger.ref],
    ["CI_COMMIT_BRANCH", trigger.branch],
    ["CI_COMMIT_MESSAGE", commit.message],
    ["CI_COMMIT_AUTHOR", commit.authorName],
    ["CI_COMMIT_AUTHOR_NAME", commit.authorName],
    ["CI_COMMIT_AUTHOR_EMAIL", commit.authorEmail],
    ["CI_BUILD_NUMBER", number],
    ["CI_BUILD_EVENT", trigger.event],
    ["CI_BUILD_CREATED", now],
    ["CI_BUILD_STARTED", now],
    ["CI_BUILD_STATUS", "success"],
    ["CI_BUILD_TARGET", trigger.target ?? ""],
    ["CI_JOB_NUMBER", String(place.number)],
    ["CI_SYSTEM", "drone"],
    ["CI_SYSTEM_NAME", "drone"],
    ["CI_SYSTEM_ARCH", context.run.platform],
    ["CI_WORKSPACE", place.workspacePath],
    ["CI_TAG", trigger.tag ?? ""],
    ["CI_PULL_REQUEST", pullRequestNumber(trigger)],
  ];
}
