/** What a renderer has to know of the place where its lines will be shown. */
export interface Look {
  readonly paint: Paint;
  readonly symbols: Symbols;
  /** Width of the terminal, at least 40. */
  readonly columns: number;
}

export type Tone = "good" | "bad" | "warning" | "dim" | "strong";

/** Colours, or the text as it is. Names get different colours as long as there are enough. */
export interface Paint {
  tone(tone: Tone, text: string): string;
  /** The colour that belongs to a name: the same in every run of a file, and none of those that mean a state. */
  name(name: string, text: string): string;
}

export interface Symbols {
  readonly good: string;
  readonly bad: string;
  readonly warning: string;
  readonly working: string;
  readonly ready: string;
  readonly pulling: string;
  readonly running: string;
  readonly rule: string;
  readonly ellipsis: string;
}

const MIN_COLUMNS = 40;
const TONES: Readonly<Record<Tone, number>> = { good: 32, bad: 31, warning: 33, dim: 2, strong: 1 };
/** Blue, magenta, cyan, their bright forms, and four of the 256 colours that are far from red, yellow and green. */
const NAME_COLOURS = ["34", "35", "36", "94", "95", "96", "38;5;63", "38;5;99", "38;5;75", "38;5;176"];

const UNICODE: Symbols = {
  good: "✓",
  bad: "✗",
  warning: "!",
  working: "◐",
  ready: "●",
  pulling: "↓",
  running: "▶",
  rule: "─",
  ellipsis: "…",
};

const ASCII: Symbols = {
  good: "ok",
  bad: "FAIL",
  warning: "!",
  working: "..",
  ready: "ready",
  pulling: "v",
  running: ">",
  rule: "-",
  ellipsis: "...",
};

export interface LookOptions {
  readonly colours: boolean;
  readonly ascii: boolean;
  readonly columns: number;
  /** All names that will get a colour, in file order. */
  readonly names?: readonly string[];
}

export function createLook(options: LookOptions): Look {
  return {
    paint: options.colours ? createColours(options.names ?? []) : UNCOLOURED,
    symbols: options.ascii ? ASCII : UNICODE,
    columns: Math.max(MIN_COLUMNS, options.columns),
  };
}

const UNCOLOURED: Paint = { tone: (_, text) => text, name: (_, text) => text };

function createColours(names: readonly string[]): Paint {
  const given = new Map<string, string>();
  for (const name of names) {
    const first = hash(name) % NAME_COLOURS.length;
    const inOrder = [...NAME_COLOURS.slice(first), ...NAME_COLOURS.slice(0, first)];
    const taken = new Set(given.values());
    given.set(name, inOrder.find((colour) => !taken.has(colour)) ?? inOrder[0] ?? "36");
  }
  return {
    tone: (tone, text) => (text === "" ? "" : `\x1b[${TONES[tone]}m${text}\x1b[0m`),
    name: (name, text) =>
      `\x1b[${given.get(name) ?? NAME_COLOURS[hash(name) % NAME_COLOURS.length] ?? "36"}m${text}\x1b[0m`,
  };
}

/** FNV-1a: the same in every run and on every machine. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return value;
}
