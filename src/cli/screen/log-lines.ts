import type { RunEvent } from "../../events/run-event.ts";
import type { RunView } from "../../events/run-view.ts";
import { shownLine } from "../../trace/shown-line.ts";
import type { Look } from "./look.ts";

export type LogEvent = Extract<RunEvent, { readonly type: "job.log" | "service.log" }>;

/** Whose line it is: `test`, `test:db`; `test:unit` in a job of several steps. */
export function logSource(event: LogEvent, view: RunView): string {
  if (event.type === "service.log") return `${event.job}:${event.service}`;
  const step = view.jobs.get(event.job)?.steps.get(event.step);
  return step === undefined ? event.job : `${event.job}:${step}`;
}

/** `test | text`, `test:db | text`; undefined for a line that is nothing but section marks. */
export function renderLogLine(event: LogEvent, source: string, look: Look, colours: boolean): string | undefined {
  const text = shownLine(event.text, { colours });
  return text === undefined ? undefined : `${look.paint.name(source, `${source} |`)} ${text}`;
}
