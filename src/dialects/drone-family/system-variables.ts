// The variables each old system set by itself, with real values. No tokens, no netrc: nothing here could honour them.

import type { DialectContext } from "../dialect.ts";
import type { DialectRules } from "./rules.ts";
import type { Trigger } from "./trigger.ts";
import { type NamedValue, withoutEmpty } from "./variable-list.ts";

export interface BuildPlace {
  /** The pipeline's or workflow's own name. */
  readonly name: string;
  /** Counted from 1. */
  readonly number: number;
  readonly workspaceBase: string;
  readonly workspacePath: string;
}

const NO_COMMIT = "0".repeat(40);

interface Commit {
  readonly sha: string;
  readonly before: string;
  readonly message: string;
  readonly authorName: string;
  readonly authorEmail: string;
}

/** @source DR-265 to DR-273 */
export function systemVariables(
  rules: DialectRules,
  context: DialectContext,
  trigger: Trigger,
  place: BuildPlace,
): readonly NamedValue[] {
  const commit = toCommit(context);
  switch (rules.id) {
    case "drone-0.3":
      return withoutEmpty(drone03(context, trigger, commit));
    case "drone-0.4":
      return withoutEmpty(drone04(context, trigger, commit, place));
    case "woodpecker":
      return withoutEmpty(woodpecker(context, trigger, commit, place));
    case "drone-1":
      return withoutEmpty([
        ["CI", "true"],
        ["DRONE", "true"],
        ...legacyCi(context, trigger, commit, place),
        ...drone(context, trigger, commit, place),
        ...drone1(context, trigger, commit, place),
      ]);
    default:
      return withoutEmpty([
        ["CI", "drone"],
        ["DRONE", "true"],
        ["DRONE_ARCH", context.run.platform],
        ...(rules.id === "drone-0.5" ? [] : legacyCi(context, trigger, commit, place)),
        ...drone(context, trigger, commit, place),
      ]);
  }
}

function toCommit(context: DialectContext): Commit {
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

function pullRequestNumber(trigger: Trigger): string {
  return trigger.event.startsWith("pull_request") ? (/^refs\/pull\/(\d+)\//.exec(trigger.ref)?.[1] ?? "1") : "";
}

function seconds(context: DialectContext): string {
  return String(Math.floor(context.run.startedAt.getTime() / 1000));
}

function drone03(context: DialectContext, trigger: Trigger, commit: Commit): readonly NamedValue[] {
  return [
    ["CI", "true"],
    ["DRONE", "true"],
    ["CI_NAME", "DRONE"],
    ["CI_BUILD_NUMBER", String(context.run.pipelineId)],
    ["CI_BRANCH", trigger.branch],
    ["CI_COMMIT", commit.sha],
    ["CI_PULL_REQUEST", pullRequestNumber(trigger)],
    ["DRONE_BRANCH", trigger.branch],
    ["DRONE_COMMIT", commit.sha],
    ["DRONE_PR", pullRequestNumber(trigger)],
  ];
}

/** @source DR-265, the three broken numbers mended */
function drone04(context: DialectContext, trigger: Trigger, commit: Commit, place: BuildPlace): readonly NamedValue[] {
  const number = String(context.run.pipelineId);
  const both = (name: string, value: string): readonly NamedValue[] => [
    [`DRONE_${name}`, value],
    [`CI_${name}`, value],
  ];
  return [
    ["CI", "true"],
    ["CI_NAME", "drone"],
    ["DRONE", "true"],
    ["DRONE_DIR", place.workspacePath],
    ["GOPATH", place.workspaceBase],
    ["GOBIN", `${place.workspaceBase}/bin`],
    ...both("REPO", trigger.repository.fullName),
    ...both("JOB_ID", String(place.number)),
    ...both("JOB_NUMBER", String(place.number)),
    ...both("BUILD_NUMBER", number),
    ...both("BUILD_DIR", place.workspacePath),
    ...both("BRANCH", trigger.branch),
    ...both("COMMIT", commit.sha),
    ...both("EVENT", trigger.event),
    ["CI_BUILD_URL", `${trigger.repository.link}/${number}`],
    ...both("PULL_REQUEST", pullRequestNumber(trigger)),
    ...both("TAG", trigger.tag ?? ""),
  ];
}

/** What 0.5 to 1.x share. */
function drone(context: DialectContext, trigger: Trigger, commit: Commit, place: BuildPlace): readonly NamedValue[] {
  const { repository } = trigger;
  const now = seconds(context);
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

/** @source DR-272 */
function drone1(context: DialectContext, trigger: Trigger, commit: Commit, place: BuildPlace): readonly NamedValue[] {
  const { repository } = trigger;
  const now = seconds(context);
  const [os = "", arch = ""] = trigger.platform.split("/");
  return [
    ["DRONE_SOURCE_BRANCH", trigger.sourceBranch],
    ["DRONE_TARGET_BRANCH", trigger.branch],
    ["DRONE_COMMIT_BEFORE", commit.before],
    ["DRONE_COMMIT_AFTER", commit.sha],
    ["DRONE_COMMIT_AUTHOR_NAME", commit.authorName],
    ["DRONE_BUILD_ACTION", trigger.action ?? ""],
    ["DRONE_BUILD_TRIGGER", commit.authorName],
    ["DRONE_BUILD_FINISHED", now],
    ["DRONE_CRON", trigger.cron ?? ""],
    ["DRONE_GIT_HTTP_URL", `${repository.link}.git`],
    ["DRONE_GIT_SSH_URL", `git@${repository.host}:${repository.fullName}.git`],
    ["DRONE_REPO_NAMESPACE", repository.owner],
    ["DRONE_REPO_VISIBILITY", "private"],
    ["DRONE_REPO_PRIVATE", "true"],
    ["DRONE_STAGE_KIND", "pipeline"],
    ["DRONE_STAGE_TYPE", "docker"],
    ["DRONE_STAGE_NAME", place.name],
    ["DRONE_STAGE_NUMBER", String(place.number)],
    ["DRONE_STAGE_STATUS", "success"],
    ["DRONE_STAGE_STARTED", now],
    ["DRONE_STAGE_MACHINE", "outrigger"],
    ["DRONE_STAGE_OS", os],
    ["DRONE_STAGE_ARCH", arch],
    ["DRONE_SYSTEM_HOST", repository.host],
    ["DRONE_SYSTEM_PROTO", "https"],
    ["DRONE_SYSTEM_VERSION", context.run.version],
    ["DRONE_WORKSPACE_BASE", place.workspaceBase],
    ["DRONE_WORKSPACE_PATH", place.workspacePath],
    ...versionVariables(trigger.tag),
  ];
}

function versionVariables(tag: string | undefined): readonly NamedValue[] {
  const match = /^v?((\d+)(?:\.(\d+))?(?:\.(\d+))?)(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?$/.exec(tag ?? "");
  const [, , major, minor = "0", patch = "0", preRelease = "", build = ""] = match ?? [];
  if (major === undefined) return [];
  const short = `${major}.${minor}.${patch}`;
  const calendar = /^\d{4}$/.test(major) ? short : "";
  const suffixes = `${preRelease === "" ? "" : `-${preRelease}`}${build === "" ? "" : `+${build}`}`;
  return [
    ["DRONE_SEMVER", `${short}${suffixes}`],
    ["DRONE_SEMVER_SHORT", short],
    ["DRONE_SEMVER_MAJOR", major],
    ["DRONE_SEMVER_MINOR", minor],
    ["DRONE_SEMVER_PATCH", patch],
    ["DRONE_SEMVER_PRERELEASE", preRelease],
    ["DRONE_SEMVER_BUILD", build],
    ["DRONE_CALVER", calendar],
    ["DRONE_CALVER_SHORT", calendar],
  ];
}

/** The `CI_*` names of 0.6 to 0.8, which 1.x still sets. */
function legacyCi(context: DialectContext, trigger: Trigger, commit: Commit, place: BuildPlace): readonly NamedValue[] {
  const { repository } = trigger;
  const number = String(context.run.pipelineId);
  const now = seconds(context);
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

function woodpecker(
  context: DialectContext,
  trigger: Trigger,
  commit: Commit,
  place: BuildPlace,
): readonly NamedValue[] {
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
    ...woodpeckerRun(context, trigger, commit, place),
  ];
}

function woodpeckerRun(
  context: DialectContext,
  trigger: Trigger,
  commit: Commit,
  place: BuildPlace,
): readonly NamedValue[] {
  const { repository } = trigger;
  const number = String(context.run.pipelineId);
  const now = seconds(context);
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
