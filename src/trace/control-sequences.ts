// What a container prints may hold sequences that move the cursor, rename the window or write to the clipboard. A line that
// is shown keeps its colours and nothing else. Lines are filtered one by one: no state reaches the next line.

const ESCAPE = 0x1b;
const BELL = 0x07;
/** The 8-bit forms of `ESC [`, `ESC ]`, `ESC \`, as characters. */
const CSI_8BIT = 0x9b;
const STRING_END_8BIT = 0x9c;
const RESET = "\x1b[0m";
// oxlint-disable-next-line no-control-regex
const RESETS = /^\x1b\[[0;]*m$/;
const MAX_COLOUR_LENGTH = 64;
/** ECMA-48: everything but tab. U+2028 and U+2029 end a line on some screens. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]/;
// oxlint-disable-next-line no-control-regex
const COLOUR = /^\x1b\[[0-9;:]*m$/;

/** What is left of a line that rewrote itself with lone CRs: its last state (`10%\r20%` is `20%`). */
export function lastState(line: string): string {
  if (!line.includes("\r")) return line;
  const text = line.replace(/\r+$/, "");
  return text.slice(text.lastIndexOf("\r") + 1);
}

/** Keeps colours (SGR), ended by a reset when needed; drops every other control sequence and character but tab. */
export function keepColours(line: string): string {
  return CONTROL.test(line) ? filter(line, true) : line;
}

/** Drops every control sequence and character but tab. */
export function dropControls(line: string): string {
  return CONTROL.test(line) ? filter(line, false) : line;
}

function filter(line: string, coloursStay: boolean): string {
  let out = "";
  let coloured = false;
  let plainFrom = 0;
  for (let at = 0; at < line.length; ) {
    const code = line.charCodeAt(at);
    if (!isControl(code)) {
      at++;
      continue;
    }
    out += line.slice(plainFrom, at);
    const end = endOfSequence(line, at, code);
    const sequence = line.slice(at, end);
    if (coloursStay && sequence.length <= MAX_COLOUR_LENGTH && COLOUR.test(sequence)) {
      out += sequence;
      coloured = !RESETS.test(sequence);
    }
    at = end;
    plainFrom = end;
  }
  return out + line.slice(plainFrom) + (coloured ? RESET : "");
}

function isControl(code: number): boolean {
  return (code < 0x20 && code !== 0x09) || (code >= 0x7f && code <= 0x9f) || code === 0x2028 || code === 0x2029;
}

/** @returns where the text goes on; a sequence without an end takes the rest of the line with it. */
function endOfSequence(line: string, at: number, code: number): number {
  if (code === CSI_8BIT) return endOfCsi(line, at + 1);
  if (isStringStart8Bit(code)) return endOfString(line, at + 1);
  if (code !== ESCAPE) return at + 1;
  const next = line[at + 1] ?? "";
  if (next === "[") return endOfCsi(line, at + 2);
  if (next !== "" && "]PX^_".includes(next)) return endOfString(line, at + 2);
  let end = at + 1;
  while (isBetween(line, end, 0x20, 0x2f)) end++;
  return isBetween(line, end, 0x30, 0x7e) ? end + 1 : end;
}

function endOfCsi(line: string, from: number): number {
  let end = from;
  while (isBetween(line, end, 0x20, 0x3f)) end++;
  return isBetween(line, end, 0x40, 0x7e) ? end + 1 : end;
}

/** Clipboard (OSC 52), links (OSC 8), titles, device strings: up to BEL, `ESC \` or its 8-bit form. */
function endOfString(line: string, from: number): number {
  for (let end = from; end < line.length; end++) {
    const code = line.charCodeAt(end);
    if (code === BELL || code === STRING_END_8BIT) return end + 1;
    if (code === ESCAPE && line[end + 1] === "\\") return end + 2;
  }
  return line.length;
}

/** DCS, SOS, OSC, PM, APC. */
function isStringStart8Bit(code: number): boolean {
  return code === 0x90 || code === 0x98 || (code >= 0x9d && code <= 0x9f);
}

function isBetween(line: string, at: number, low: number, high: number): boolean {
  const code = line.charCodeAt(at);
  return code >= low && code <= high;
}
