import { dropControls } from "../../trace/control-sequences.ts";

// oxlint-disable-next-line no-control-regex
const SGR = /\x1b\[[0-9;:]*m/g;
// oxlint-disable-next-line no-control-regex
const COLOUR_PARTS = /(\x1b\[[0-9;:]*m)/;
/** East Asian wide and full-width letters, and emoji; an approximation that terminals agree with nearly always. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const PLAIN = /^[\x20-\x7e]*$/;
const NO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** Cells that a text takes on a terminal; colours take none. */
export function textWidth(text: string): number {
  // Nearly every name is ASCII without colours.
  if (PLAIN.test(text)) return text.length;
  const shown = text.replaceAll(SGR, "");
  if (PLAIN.test(shown)) return shown.length;
  let width = 0;
  for (const char of shown) width += charWidth(char);
  return width;
}

/** Fills up with spaces; a text that is too wide stays. */
export function padTo(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}

/**
 * A name on one line, harmless on a terminal; shortened in the middle, where it says least: `registry.example/…/postgres:15`.
 */
export function shortenName(given: string, width: number, ellipsis: string): string {
  const name = dropControls(given);
  if (textWidth(name) <= width) return name;
  const room = Math.max(2, width - textWidth(ellipsis));
  const chars = Array.from(name);
  const start = takeWidth(chars, Math.ceil(room / 2));
  const end = takeWidth(chars.toReversed(), Math.floor(room / 2)).toReversed();
  return start.join("") + ellipsis + end.join("");
}

/** Cuts a line, with or without colours, so that it fits with the ellipsis that then ends it; a line that fits stays. */
export function cutLine(line: string, width: number, ellipsis = ""): string {
  if (textWidth(line) <= width) return line;
  let out = "";
  let room = width - textWidth(ellipsis);
  let isCut = false;
  for (const part of line.split(COLOUR_PARTS)) {
    if (part.startsWith("\x1b[")) {
      out += part;
      continue;
    }
    const kept = takeWidth(Array.from(part), room).join("");
    out += kept;
    room -= textWidth(kept);
    if (isCut || kept.length === part.length) continue;
    out += ellipsis;
    isCut = true;
    room = 0;
  }
  return out;
}

/** Breaks a text at spaces; words wider than a line are broken where it ends. Never empty. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (textWidth(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = word;
    while (textWidth(line) > width) {
      const head = takeWidth(Array.from(line), width).join("");
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  lines.push(line);
  return lines;
}

function takeWidth(chars: readonly string[], width: number): string[] {
  let used = 0;
  let count = 0;
  for (const char of chars) {
    used += charWidth(char);
    if (used > width) break;
    count++;
  }
  return chars.slice(0, count);
}

function charWidth(char: string): number {
  if (char < "\x7f") return 1;
  if (WIDE.test(char)) return 2;
  return NO_WIDTH.test(char) ? 0 : 1;
}
