import type { NamedValue } from "../variable-list.ts";
import { type BuildFacts, pullRequestNumber, startSeconds } from "./build-facts.ts";

/** What 0.5 to 1.x share. */
export function droneVariables({ context, trigger, commit, place }: BuildFacts): readonly NamedValue[] {
  const { repository } = trigger;
  const now = startSeconds(context);
  return [
    ["DRONE_REPO", repository.fullName],
    ["DRONE_REPO_OWNER", repository.owner],
    ["DRONE_REPO_NAME", repository.name],
    ["DRONE_REPO_SCM", "git"],
    ["DRONE_REPO_LINK", repository.link],
    ["DRONE_REPO_BRANCH", context.facts.defaultBranch ?? trigger.branch],
    ["DRONE_REMOTE_URL", `${repository.link}.git`],
    ["DRONE_COMMIT", commit.sha],
    ["DRONE_COMMIT_SHA", commit.sha],
    ["DRONE_COMMIT_REF", trigger.ref],
    ["DRONE_COMMIT_BRANCH", trigger.branch],
    ["DRONE_COMMIT_LINK", `${repository.link}/commit/${commit.sha}`],
    ["DRONE_COMMIT_MESSAGE", commit.message],
    ["DRONE_COMMIT_AUTHOR", commit.authorName],
    ["DRONE_COMMIT_AUTHOR_EMAIL", commit.authorEmail],
    ["DRONE_BRANCH", trigger.branch],
    ["DRONE_BUILD_NUMBER", String(context.run.pipelineId)],
    ["DRONE_BUILD_EVENT", trigger.event],
    ["DRONE_BUILD_STATUS", "success"],
    ["DRONE_BUILD_CREATED", now],
    ["DRONE_BUILD_STARTED", now],
    ["DRONE_BUILD_LINK", `${repository.link}/${context.run.pipelineId}`],
    ["DRONE_JOB_NUMBER", String(place.number)],
    ["DRONE_JOB_STATUS", "success"],
    ["DRONE_DEPLOY_TO", trigger.target ?? ""],
    ["DRONE_PULL_REQUEST", pullRequestNumber(trigger)],
    ["DRONE_TAG", trigger.tag ?? ""],
    ["DRONE_SOURCE_BRANCH", trigger.event.startsWith("pull_request") ? trigger.sourceBranch : ""],
    ["DRONE_TARGET_BRANCH", trigger.event.startsWith("pull_request") ? trigger.branch : ""],
    ["DRONE_WORKSPACE", place.workspacePath],
  ];
}
