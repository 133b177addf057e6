import { parseDuration } from "../../text/duration.ts";
import type { ConfigFields } from "./config-fields.ts";
import { isNull, scalarTextOf } from "./config-values.ts";

const WEEK_SECONDS = 7 * 24 * 60 * 60;

/**
 * Seconds that a delayed job waits.
 *
 * @param whenAbsent what GitLab says when there is none: jobs and rules differ.
 * @source GY-154, GY-190
 */
export function readStartIn(fields: ConfigFields, whenAbsent: string): number | undefined {
  const entry = fields.mapping.entries.get("start_in");
  const fallback = fields.mapping.entries.get("when")?.value ?? fields.mapping;
  if (entry === undefined || isNull(entry.value)) return fields.refuse("start_in", whenAbsent, fallback, EXAMPLE);
  const seconds = parseDuration(scalarTextOf(entry.value) ?? "");
  if (seconds === undefined) return fields.refuse("start_in", "should be a duration", entry.value, EXAMPLE);
  if (seconds <= WEEK_SECONDS) return seconds;
  return fields.refuse("start_in", "should not exceed the limit", entry.value, "at most 1 week");
}

const EXAMPLE = "for example start_in: 30 minutes";
