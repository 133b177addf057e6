import type { NamedValue } from "../variable-list.ts";
import { type BuildFacts, pullRequestNumber } from "./build-facts.ts";

export function drone03Variables({ context, trigger, commit }: BuildFacts): readonly NamedValue[] {
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
