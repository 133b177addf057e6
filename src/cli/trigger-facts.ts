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

function toChanges({ changed, changedSince, changesAll }: EventOptions): ChangesChoice | undefined {
  const given = [
    changed === undefined ? [] : ["--changed"],
    changedSince === undefined ? [] : ["--changed-since"],
    changesAll === undefined ? [] : ["--changes-all"],
  ].flat();
  if (given.length > 1) {
    throw new UsageError(`${given.join(" and ")} do not go together`, { hint: "leave one of them out" });
  }
  if (changesAll !== undefined) return { kind: "all" };
  if (changed !== undefined) return { kind: "files", names: changed.map((name) => name.replace(/^(?:\.?\/)+/, "")) };
  return changedSince === undefined ? undefined : { kind: "since", ref: changedSince };
}
