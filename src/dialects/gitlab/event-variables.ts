// Predefined variables that are not the same for every kind of pipeline.

import type { DialectContext } from "../dialect.ts";
import { mergeBaseWith } from "./change-base.ts";
import { type NamedValue, present } from "./named-value.ts";
import { type PipelineEvent, toPipelineEvent } from "./pipeline-event.ts";
import { slugOf } from "./slug.ts";

export interface ProjectNames {
  readonly id: string;
  readonly path: string;
  readonly url: string;
}

const NO_COMMIT = "0".repeat(40);

/** @source GY-113, GY-118 */
export function eventVariables(context: DialectContext, project: ProjectNames): readonly NamedValue[] {
  const event = toPipelineEvent(context);
  const { commit, defaultBranch } = context.facts;
  const { kind, name } = event.ref;
  const isPush = event.source === "push" && kind === "branch";
  return [
    ["CI_COMMIT_BEFORE_SHA", (isPush ? commit?.parentSha : undefined) ?? NO_COMMIT],
    ...present("CI_COMMIT_BRANCH", kind === "branch" ? name : undefined),
    ...present("CI_COMMIT_TAG", kind === "tag" ? name : undefined),
    ...present("CI_COMMIT_TAG_MESSAGE", kind === "tag" ? context.facts.tagMessage : undefined),
    ...present("CI_COMMIT_REF_NAME", name),
    ...present("CI_COMMIT_REF_SLUG", name === undefined ? undefined : slugOf(name)),
    ["CI_COMMIT_REF_PROTECTED", String(kind === "branch" && name !== undefined && name === defaultBranch)],
    ["CI_PIPELINE_SOURCE", event.source],
    ...present("CI_PIPELINE_TRIGGERED", event.source === "trigger" ? "true" : undefined),
    ...present("CI_PIPELINE_SCHEDULE_DESCRIPTION", event.source === "schedule" ? context.trigger?.cron : undefined),
    ...mergeRequestVariables(context, event, project),
  ];
}

/** The number of a merge request that nobody has opened. */
const NUMBER = "1";

function mergeRequestVariables(
  context: DialectContext,
  { ref }: PipelineEvent,
  project: ProjectNames,
): readonly NamedValue[] {
  if (ref.kind !== "merge-request") return [];
  const { defaultBranch, commit, userName } = context.facts;
  const sides = ["", "SOURCE_"].flatMap((side): readonly NamedValue[] => [
    [`CI_MERGE_REQUEST_${side}PROJECT_ID`, project.id],
    [`CI_MERGE_REQUEST_${side}PROJECT_PATH`, project.path],
    [`CI_MERGE_REQUEST_${side}PROJECT_URL`, project.url],
  ]);
  return [
    ["CI_MERGE_REQUEST_ID", NUMBER],
    ["CI_MERGE_REQUEST_IID", NUMBER],
    ["CI_MERGE_REQUEST_REF_PATH", `refs/merge-requests/${NUMBER}/head`],
    ["CI_MERGE_REQUEST_EVENT_TYPE", "detached"],
    ["CI_MERGE_REQUEST_DRAFT", "false"],
    ["CI_MERGE_REQUEST_SQUASH_ON_MERGE", "false"],
    ...present("CI_MERGE_REQUEST_TITLE", commit?.message.split("\n")[0]),
    ...present("CI_MERGE_REQUEST_ASSIGNEES", userName),
    ...sides,
    ...present("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", ref.name),
    ["CI_MERGE_REQUEST_SOURCE_BRANCH_PROTECTED", String(ref.name !== undefined && ref.name === defaultBranch)],
    ["CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", ""],
    ["CI_MERGE_REQUEST_TARGET_BRANCH_NAME", ref.target],
    ["CI_MERGE_REQUEST_TARGET_BRANCH_PROTECTED", String(ref.target === defaultBranch)],
    ["CI_MERGE_REQUEST_TARGET_BRANCH_SHA", ""],
    ...present("CI_MERGE_REQUEST_DIFF_BASE_SHA", findDiffBase(context, ref.target)),
  ];
}

function findDiffBase({ files }: DialectContext, target: string): string | undefined {
  const answer = files?.find({ kind: "changes", since: mergeBaseWith(target) });
  return answer?.kind === "changes" ? answer.changed.baseSha : undefined;
}
