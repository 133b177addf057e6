import type { NamedValue } from "../variable-list.ts";
import { type BuildFacts, pullRequestNumber } from "./build-facts.ts";

/** @source DR-265, the three broken numbers mended */
export function drone04Variables({ context, trigger, commit, place }: BuildFacts): readonly NamedValue[] {
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
