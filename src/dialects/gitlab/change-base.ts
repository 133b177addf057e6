import type { DialectContext } from "../dialect.ts";
import type { ChangeBase } from "../files.ts";
import { toPipelineEvent } from "./pipeline-event.ts";

/** Where HEAD left a branch as the server has it, or a tag, or a commit. */
export function mergeBaseWith(ref: string): ChangeBase {
  const branch = ref.replace(/^refs\/heads\//, "");
  return { kind: "merge-base", refs: [`refs/remotes/origin/${branch}`, ref] };
}

/**
 * What files are compared with that have changed; undefined where no difference is known: in a tag's pipeline, one of a
 * schedule, one started by hand.
 *
 * @source GY-162, GY-164
 */
export function changeBaseOf(context: DialectContext): ChangeBase | undefined {
  const { facts } = context;
  const { source, ref } = toPipelineEvent(context);
  if (ref.kind === "merge-request") return mergeBaseWith(ref.target);
  if (source !== "push" || ref.kind === "tag") return undefined;
  const { defaultBranch } = facts;
  return defaultBranch === undefined || ref.name === defaultBranch ? { kind: "parent" } : mergeBaseWith(defaultBranch);
}

/**
 * Asks for changed files before anything else, where the file is likely to ask: a file that is compiled again from its
 * middle costs twice.
 *
 * @returns whether the answer is still to come.
 */
export function awaitsChanges(text: string, context: DialectContext): boolean {
  const { files, trigger } = context;
  if (files === undefined) return false;
  const isMergeRequest = toPipelineEvent(context).ref.kind === "merge-request";
  const base =
    isMergeRequest || (trigger?.changes === undefined && text.includes("changes")) ? changeBaseOf(context) : undefined;
  return base !== undefined && files.find({ kind: "changes", since: base }) === undefined;
}
