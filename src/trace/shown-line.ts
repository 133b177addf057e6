import { dropControls, keepColours, lastState } from "./control-sequences.ts";
import { takeSectionMarks } from "./sections.ts";

/**
 * A log line as a person sees it: without section marks, in its last state, harmless on a terminal.
 *
 * @returns undefined for a line that held nothing but section marks.
 */
export function shownLine(line: string, style: { readonly colours: boolean }): string | undefined {
  const { marks, text } = takeSectionMarks(line);
  const last = lastState(text);
  const shown = style.colours ? keepColours(last) : dropControls(last);
  return marks.length > 0 && dropControls(shown) === "" ? undefined : shown;
}
