import type { LogSource } from "../../events/log-lines.ts";
import type { RunView } from "../../events/run-view.ts";
import { dropControls } from "../../trace/control-sequences.ts";
import { shownLine } from "../../trace/shown-line.ts";
import type { Look } from "./look.ts";

/** Whose line it is: `test`, `test:db`; `test:unit` in a job of several steps. */
export function logSource(source: LogSource, view: RunView): string {
  if (source.type === "service.log") return `${source.job}:${source.service}`;
  const step = view.jobs.get(source.job)?.steps.get(source.step);
  return step === undefined ? source.job : `${source.job}:${step}`;
}

/** `test | text`, `test:db | text`; undefined for a line that is nothing but section marks. */
export function renderLogLine(line: string, source: string, look: Look, colours: boolean): string | undefined {
  const text = shownLine(line, { colours });
  return text === undefined ? undefined : `${look.paint.name(source, `${dropControls(source)} |`)} ${text}`;
}
