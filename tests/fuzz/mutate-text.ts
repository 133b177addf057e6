/** Numbers from 0 to 1. */
export type Random = () => number;

const MAX_CHANGES = 6;
const MAX_CUT = 12;

/** What means something to YAML, to a dialect's substitution, or to neither. */
const PIECES = [
  ...[
    "",
    " ",
    "  ",
    "\n",
    "\t",
    "\0",
    "\uFEFF",
    "é",
    "\u2028",
    ": ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "'",
    '"',
    "|\n",
    ">-\n",
  ],
  ...[
    "---\n",
    "...\n",
    "&a ",
    "*a",
    "*t",
    "<<: ",
    "!!x ",
    "!reference ",
    "!reference [.t, script]",
    "? ",
    "# ",
    "%YAML 9\n",
  ],
  ...["null", "~", "true", "1", "-1", "0x10", "1e999", "9".repeat(400), "2024-01-01", ".inf"],
  ...["$", "$A", "${", "${A", "$${", "$$", "${A:-${B}}", "${A/x/${A}}", "%A%"],
  ...["script:", "needs:", "services:", "image:", "variables:", "extends: two", "extends: one", "default:", "stage: "],
  ...[
    "pipeline:\n",
    "steps:\n",
    "kind: pipeline\n",
    "when: ",
    "matrix:\n",
    "depends_on: [a]",
    "environment:\n",
    "include: ",
  ],
];

/** A text with one to six things done to it, as typing, pasting and merging by hand do. */
export function mutateText(text: string, donors: readonly string[], random: Random): string {
  let changed = text;
  for (let left = 1 + pick(MAX_CHANGES, random); left > 0; left--) changed = mutateOnce(changed, donors, random);
  return changed;
}

function mutateOnce(text: string, donors: readonly string[], random: Random): string {
  switch (pick(6, random)) {
    case 0:
      return changeLine(text, random, (line) => [line, line]);
    case 1:
      return changeLine(text, random, () => []);
    case 2:
      return changeLine(text, random, (line) => [`${" ".repeat(1 + pick(4, random))}${line}`]);
    case 3:
      return replaceAt(text, random, pieceOf(donors[pick(donors.length, random)] ?? "", random));
    default:
      return replaceAt(text, random, PIECES[pick(PIECES.length, random)] ?? "");
  }
}

function changeLine(text: string, random: Random, change: (line: string) => readonly string[]): string {
  const lines = text.split("\n");
  const at = pick(lines.length, random);
  return lines.toSpliced(at, 1, ...change(lines[at] ?? "")).join("\n");
}

function replaceAt(text: string, random: Random, piece: string): string {
  const at = pick(text.length + 1, random);
  return text.slice(0, at) + piece + text.slice(at + pick(MAX_CUT, random));
}

/** Some lines of another file, with their indent. */
function pieceOf(text: string, random: Random): string {
  const lines = text.split("\n");
  const from = pick(lines.length, random);
  return `${lines.slice(from, from + 1 + pick(5, random)).join("\n")}\n`;
}

function pick(count: number, random: Random): number {
  return Math.floor(random() * count);
}
