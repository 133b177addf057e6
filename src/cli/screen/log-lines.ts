import type { RunEvent } from "../../events/run-event.ts";
import { shownLine } from "../../trace/shown-line.ts";
import type { Look } from "./look.ts";

export type LogEvent = Extract<RunEvent, { readonly type: "job.log" | "service.log" }>;

/** Whose line it is: `test`, `test:db`. */
export function logSource(event: LogEvent): string {
  return event.type === "job.log" ? event.job : `${event.job}:${event.service}`;
}

/** `test | text`, `test:db | text`; undefined for a line that is nothing but section marks. */
export function renderLogLine(event: LogEvent, look: Look, colours: boolean): string | undefined {
  const text = shownLine(event.text, { colours });
  const source = logSource(event);
  return text === undefined ? undefined : `${look.paint.name(source, `${source} |`)} ${text}`;
}
