import type { NamedValue } from "../variable-list.ts";
import { type BuildFacts, pullRequestNumber, startSeconds } from "./build-facts.ts";

export function woodpeckerVariables(facts: BuildFacts): readonly NamedValue[] {
  const { context, trigger, commit } = facts;
  const { repository } = trigger;
  const isPull = trigger.event.startsWith("pull_request");
  return [
    ["CI", "woodpecker"],
    ["CI_REPO", repository.fullName],
    ["CI_REPO_OWNER", repository.owner],
    ["CI_REPO_NAME", repository.name],
    ["CI_REPO_URL", repository.link],
    ["CI_REPO_CLONE_URL", `${repository.link}.git`],
    ["CI_REPO_CLONE_SSH_URL", `git@${repository.host}:${repository.fullName}.git`],
    ["CI_REPO_DEFAULT_BRANCH", context.facts.defaultBranch ?? trigger.branch],
    ["CI_REPO_PRIVATE", "true"],
    ["CI_COMMIT_SHA", commit.sha],
    ["CI_COMMIT_REF", trigger.ref],
    ["CI_COMMIT_BRANCH", trigger.branch],
    ["CI_COMMIT_SOURCE_BRANCH", isPull ? trigger.sourceBranch : ""],
    ["CI_COMMIT_TARGET_BRANCH", isPull ? trigger.branch : ""],
    ["CI_COMMIT_TAG", trigger.tag ?? ""],
    ["CI_COMMIT_PULL_REQUEST", pullRequestNumber(trigger)],
    ["CI_COMMIT_MESSAGE", commit.message],
    ["CI_COMMIT_AUTHOR", commit.authorName],
    ["CI_COMMIT_AUTHOR_EMAIL", commit.authorEmail],
    ["CI_PREV_COMMIT_SHA", commit.before],
    ...pipelineVariables(facts),
  ];
}

function pipelineVariables({ context, trigger, commit, place }: BuildFacts): readonly NamedValue[] {
  const { repository } = trigger;
  const number = String(context.run.pipelineId);
  const now = startSeconds(context);
  return [
    ["CI_PIPELINE_NUMBER", number],
    ["CI_PIPELINE_PARENT", "0"],
    ["CI_PIPELINE_EVENT", trigger.event],
    ["CI_PIPELINE_CREATED", now],
    ["CI_PIPELINE_STARTED", now],
    ["CI_PIPELINE_STATUS", "success"],
    ["CI_PIPELINE_DEPLOY_TARGET", trigger.target ?? ""],
    ["CI_PIPELINE_URL", `${repository.link}/pipeline/${number}`],
    ["CI_PIPELINE_FORGE_URL", `${repository.link}/commit/${commit.sha}`],
    ["CI_WORKFLOW_NAME", place.name],
    ["CI_WORKFLOW_NUMBER", String(place.number)],
    ["CI_MACHINE", "outrigger"],
    ["CI_SYSTEM_NAME", "woodpecker"],
    ["CI_SYSTEM_PLATFORM", context.run.platform],
    ["CI_SYSTEM_VERSION", context.run.version],
    ["CI_FORGE_TYPE", "git"],
    ["CI_FORGE_URL", `https://${repository.host}`],
    ["CI_WORKSPACE", place.workspacePath],
  ];
}
