import type { NamedValue } from "../variable-list.ts";
import { type BuildFacts, startSeconds } from "./build-facts.ts";

/** @source DR-272 */
export function drone1Variables({ context, trigger, commit, place }: BuildFacts): readonly NamedValue[] {
  const { repository } = trigger;
  const now = startSeconds(context);
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
