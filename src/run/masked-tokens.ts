import type { EventSink } from "../events/run-event.ts";
import type { JobPlan } from "../model/job-plan.ts";
import type { TokenKinds } from "../trace/mask.ts";

const FLAG = "FF_MASK_ALL_DEFAULT_TOKENS";
const ON: ReadonlySet<string | undefined> = new Set([undefined, "1", "t", "T", "TRUE", "true", "True"]);
const OFF: ReadonlySet<string | undefined> = new Set(["0", "f", "F", "FALSE", "false", "False"]);

/**
 * Which tokens a job's logs hide though nobody named them as secrets. The flag is on by default; a value that is no boolean
 * changes nothing and is said.
 *
 * @source GS-306, GS-1006
 */
export function maskedTokens(plan: JobPlan, emit: EventSink): TokenKinds {
  const value = plan.steps[0]?.env.get(FLAG);
  if (OFF.has(value)) return "some";
  if (!ON.has(value)) {
    const text = `${FLAG}: could not parse feature flag, expected bool, got ${value}`;
    emit({ type: "run.note", level: "warning", job: plan.name, text });
  }
  return "all";
}
