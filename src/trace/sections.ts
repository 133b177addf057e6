/** A mark that a script prints to fold its log on GitLab's page. @source GS-802 */
export interface SectionMark {
  readonly kind: "start" | "end";
  readonly name: string;
  /** Seconds since 1970, as the script says. */
  readonly unixSeconds: number;
}

// oxlint-disable-next-line no-control-regex
const MARK = /(?:\x1b\[0K)?section_(start|end):(\d{1,15}):([\w.-]+)(?:\[[^\]\r]*\])?\r(?:\x1b\[0K)?/g;

/** Takes the marks out of a line as it came from the container; what is left is the section's title, or nothing. */
export function takeSectionMarks(line: string): { readonly marks: readonly SectionMark[]; readonly text: string } {
  if (!line.includes("section_")) return { marks: [], text: line };
  const marks: SectionMark[] = [];
  // The splitter takes a CR before the line's end for half of a CRLF.
  const text = `${line}\r`.replaceAll(MARK, (_, kind: string, seconds: string, name: string) => {
    marks.push({ kind: kind === "start" ? "start" : "end", name, unixSeconds: Number(seconds) });
    return "";
  });
  return { marks, text: text.endsWith("\r") ? text.slice(0, -1) : text };
}
