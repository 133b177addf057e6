import type { SourcePosition } from "../../text/source.ts";

/** A key and the tables it stands in; a number is an entry of an array of tables. */
export type TomlPath = readonly (string | number)[];

/**
 * Where keys and table headers stand in a TOML text that has been parsed without an error: the parser keeps no positions.
 * Keys of inline tables are not found; whoever asks gets the place of what they stand in.
 */
export function findKeyPositions(text: string): (path: TomlPath) => SourcePosition {
  const found = new Map<string, number>();
  const scanner = new Scanner(text);
  const counts = new Map<string, number>();
  let table: TomlPath = [];
  for (let statement = scanner.next(); statement !== undefined; statement = scanner.next()) {
    const { kind, keys, at } = statement;
    const path = kind === "value" ? [...table, ...keys] : withEntries(keys, counts, kind === "entry");
    if (kind !== "value") table = path;
    // A table that is only named on the way to another has that one's place.
    for (let length = 1; length <= path.length; length++) {
      const key = keyOf(path.slice(0, length));
      if (!found.has(key)) found.set(key, at);
    }
  }
  return (path) => {
    for (let length = path.length; length > 0; length--) {
      const at = found.get(keyOf(path.slice(0, length)));
      if (at !== undefined) return toPosition(text, at);
    }
    return { line: 1, column: 1 };
  };
}

function keyOf(path: TomlPath): string {
  return JSON.stringify(path);
}

/** `[a.b]` below `[[a]]` belongs to the last entry of `a`. */
function withEntries(keys: readonly string[], counts: Map<string, number>, isEntry: boolean): TomlPath {
  const path: (string | number)[] = [];
  for (const [index, key] of keys.entries()) {
    path.push(key);
    const known = counts.get(keyOf(path));
    if (isEntry && index === keys.length - 1) {
      const entry = known === undefined ? 0 : known + 1;
      counts.set(keyOf(path), entry);
      path.push(entry);
    } else if (known !== undefined) path.push(known);
  }
  return path;
}

function toPosition(text: string, at: number): SourcePosition {
  const before = text.slice(0, at);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: at - lineStart + 1 };
}

interface Statement {
  /** `[table]`, `[[entry]]`, `key = value`. */
  readonly kind: "table" | "entry" | "value";
  readonly keys: readonly string[];
  readonly at: number;
}

const BLANK = /(?:\s|#[^\n]*)*/y;
const BARE_KEY = /[A-Za-z0-9_-]+/y;
const STRING = /"""(?:\\[\s\S]|[^\\])*?"""+|'''[\s\S]*?'''+|"(?:\\.|[^"\\\n])*"|'[^'\n]*'/y;

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  next(): Statement | undefined {
    this.#take(BLANK);
    const at = this.#at;
    if (at >= this.#text.length) return undefined;
    const brackets = this.#take(/\[{0,2}/y).length;
    const keys = this.#keys();
    if (brackets === 0) this.#skipValue();
    else this.#take(/[ \t]*\]{1,2}/y);
    // Nothing could be read: never stand still.
    if (this.#at === at) this.#at++;
    return { kind: brackets === 0 ? "value" : brackets === 1 ? "table" : "entry", keys, at };
  }

  #keys(): readonly string[] {
    const keys: string[] = [];
    do {
      this.#take(/[ \t]*/y);
      const quoted = this.#take(STRING);
      keys.push(quoted === "" ? this.#take(BARE_KEY) : unquote(quoted));
      this.#take(/[ \t]*/y);
    } while (this.#take(/\./y) !== "");
    return keys;
  }

  /** From the `=` to the end of the line on which every bracket is closed again. */
  #skipValue(): void {
    this.#take(/[ \t]*=/y);
    for (let depth = 0; this.#at < this.#text.length; ) {
      if (this.#take(STRING) !== "" || this.#take(/#[^\n]*/y) !== "") continue;
      const character = this.#text[this.#at] ?? "";
      if (character === "\n" && depth <= 0) return;
      if (character === "[" || character === "{") depth++;
      if (character === "]" || character === "}") depth--;
      this.#at++;
    }
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [taken = ""] = pattern.exec(this.#text) ?? [];
    this.#at += taken.length;
    return taken;
  }
}

function unquote(quoted: string): string {
  const inner = quoted.slice(1, -1);
  return quoted.startsWith('"') ? inner.replace(/\\(["\\])/g, "$1") : inner;
}
