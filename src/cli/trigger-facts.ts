import type { ChangesChoice, TriggerFacts } from "../dialects/dialect.ts";
import { UsageError } from "../model/outrigger-error.ts";
import { withoutUndefined } from "../text/without-undefined.ts";
import type { EventOptions } from "./commands/event-options.ts";

/** @throws UsageError when changed files are said in two ways. */
export function toTriggerFacts(options: EventOptions): TriggerFacts {
  return withoutUndefined({
    event: options.event,
    branch: options.branch,
    sourceBranch: options.sourceBranch,
    targetBranch: options.targetBranch,
    tag: options.tag,
    ref: options.ref,
    target: options.target,
    cron: options.cron,
    changes: toChanges(options),
  });
}

function toChanges({ changed, changedSince }: EventOptions): ChangesChoice | undefined {
  if (changed !== undefined && changedSince !== undefined) {
    throw new UsageError("--changed and --changed-since do not go together", { hint: "leave one of them out" });
  }
  if (changed !== undefined) return { kind: "files", names: changed.map((name) => name.replace(/^(?:\.?\/)+/, "")) };
  return changedSince === undefined ? undefined : { kind: "since", ref: changedSince };
}
