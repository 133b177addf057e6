// What made the pipeline happen, in GitLab's words: a push to the current branch unless the person says otherwise.

import { UsageError } from "../../model/outrigger-error.ts";
import type { DialectContext, TriggerFacts } from "../dialect.ts";

export interface PipelineEvent {
  /** `CI_PIPELINE_SOURCE`. */
  readonly source: PipelineSourceWord;
  readonly ref: EventRef;
}

export type EventRef =
  /** `name` is undefined on a detached head. */
  | { readonly kind: "branch"; readonly name: string | undefined }
  | { readonly kind: "tag"; readonly name: string }
  | { readonly kind: "merge-request"; readonly name: string | undefined; readonly target: string };

const SOURCES = {
  push: "push",
  tag: "push",
  merge_request: "merge_request_event",
  merge_request_event: "merge_request_event",
  pull_request: "merge_request_event",
  schedule: "schedule",
  cron: "schedule",
  web: "web",
  api: "api",
  trigger: "trigger",
  pipeline: "pipeline",
  parent_pipeline: "parent_pipeline",
  chat: "chat",
  external: "external",
  external_pull_request: "external_pull_request_event",
} as const;

export type PipelineSourceWord = (typeof SOURCES)[keyof typeof SOURCES];

const TOLD = "push, merge_request, tag, schedule, web, api, trigger";
const FALLBACK_BRANCH = "main";

/** @throws UsageError for an event that GitLab does not have, or that lacks its tag. @source GY-158 */
export function toPipelineEvent({ facts, trigger = {} }: DialectContext): PipelineEvent {
  const event = trigger.event ?? impliedEvent(trigger);
  const source = Object.entries(SOURCES).find(([word]) => word === event)?.[1];
  if (source === undefined) {
    throw new UsageError(`--event "${event}" is nothing that starts a GitLab pipeline`, { hint: `known are ${TOLD}` });
  }
  const tag = trigger.tag ?? /^refs\/tags\/(.+)$/.exec(trigger.ref ?? "")?.[1];
  if (source === "merge_request_event") {
    const target = trigger.targetBranch ?? facts.defaultBranch ?? FALLBACK_BRANCH;
    return { source, ref: { kind: "merge-request", name: branchOf(trigger) ?? facts.branch, target } };
  }
  if (tag !== undefined) return { source, ref: { kind: "tag", name: tag } };
  if (event === "tag") throw new UsageError("--event tag needs the tag's name", { hint: "for example --tag v1.0" });
  return { source, ref: { kind: "branch", name: branchOf(trigger) ?? facts.branch } };
}

function impliedEvent({ tag, ref, targetBranch }: TriggerFacts): string {
  if (targetBranch !== undefined) return "merge_request";
  return tag === undefined && ref?.startsWith("refs/tags/") !== true ? "push" : "tag";
}

/** Of a merge request: the branch it comes from. */
function branchOf({ branch, sourceBranch, ref }: TriggerFacts): string | undefined {
  return sourceBranch ?? branch ?? /^refs\/heads\/(.+)$/.exec(ref ?? "")?.[1];
}
