import type { StepPlan } from "../model/job-plan.ts";
import { parseGoDuration } from "../text/go-duration.ts";
import type { JobContext } from "./job-context.ts";

/** GitLab's limit for `after_script` (GS-852). */
const AFTER_SCRIPT_LIMIT_MS = 300_000;

/** How long the job's scripts may take; undefined: as long as the job. @source GS-852, GY-98 */
export function scriptLimitMs(step: StepPlan, context: JobContext): number | undefined {
  return limitOf("RUNNER_SCRIPT_TIMEOUT", step, context);
}

/** How long `after_script` may take. @source GS-852, GY-98, GY-129 */
export function afterScriptLimitMs(step: StepPlan, context: JobContext): number {
  return limitOf("RUNNER_AFTER_SCRIPT_TIMEOUT", step, context) ?? AFTER_SCRIPT_LIMIT_MS;
}

/** Below zero it counts back from the end of the job's time; zero is none. What is no duration is told and ignored. */
function limitOf(name: string, step: StepPlan, { plan, emit }: JobContext): number | undefined {
  const text = step.env.get(name);
  if (text === undefined || text === "") return undefined;
  const ms = parseGoDuration(text);
  if (ms === undefined) {
    const expected = 'expected a duration like "90s" or "1h30m"';
    emit({ type: "run.note", level: "warning", job: plan.name, text: `${name} "${text}" is ignored: ${expected}` });
  }
  if (ms === undefined || ms === 0) return undefined;
  return ms > 0 ? ms : Math.max(1, plan.timeoutMs + ms);
}
