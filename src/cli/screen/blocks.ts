import type { RunEvent } from "../../events/run-event.ts";
import { dropControls, lastState } from "../../trace/control-sequences.ts";
import type { Look } from "./look.ts";
import { cutLine, textWidth } from "./text-width.ts";

type ServiceUnready = Extract<RunEvent, { readonly type: "service.unready" }>;

/** The last lines of a log between two rules, under a failure. Lines longer than the screen go on below. */
export function renderLogBlock(title: string, lines: readonly string[], look: Look): readonly string[] {
  const count = lines.length === 1 ? "last line" : `last ${lines.length} lines`;
  const heading = lines.length === 0 ? `${title}, printed nothing` : `${title}, ${count}`;
  const { rule } = look.symbols;
  const shown = cutLine(`${rule.repeat(3)} ${heading} `, look.columns);
  return [
    look.paint.tone("dim", shown + rule.repeat(look.columns - textWidth(shown))),
    ...lines.map((line) => ` ${dropControls(lastState(line))}`),
    look.paint.tone("dim", rule.repeat(look.columns)),
  ];
}

/** GitLab Runner's own text, so that who knows it or searches for it finds it. @source GS-522, GS-523 */
export function renderServiceWarning(event: ServiceUnready, look: Look): readonly string[] {
  const { paint } = look;
  const log = event.logTail.map((line) => dropControls(lastState(line)));
  return [
    "",
    `${paint.tone("warning", "*** WARNING:")} Service ${event.container} probably didn't start properly.`,
    "",
    "Health check error:",
    dropControls(event.reason),
    "",
    "Service container logs:",
    ...log,
    "",
    paint.tone("warning", "*********"),
    "",
  ];
}
