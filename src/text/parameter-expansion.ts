import { changeCase, replace, substring, trim } from "./parameter-operators.ts";

export interface ExpansionProblem {
  /** `open`: a `${` that nobody closes; `bad`: closed, but with words in it that mean nothing. */
  readonly kind: "open" | "bad";
  /** The expression as written. */
  readonly text: string;
}

export interface ExpandedText {
  readonly text: string;
  /** Names nobody knows, each replaced by nothing (or by its default, which is then no finding). */
  readonly unknown: readonly string[];
  /** What could not be read stays in the text as it was. */
  readonly problems: readonly ExpansionProblem[];
}

/** Expressions in expressions; deeper ones are taken as a mistake. */
const MAX_DEPTH = 20;
const MAX_SHOWN = 60;
const NAME = /[\p{L}\p{N}_-]+/uy;
const OPERATOR = /:[-=?+]|=|\^\^?|,,?|\/[/#%]?|##?|%%?|:/y;

/**
 * Replaces `${NAME}` and its bash forms, as Drone since 0.5 and Woodpecker do with a whole file. `$NAME` stays, `$$` is
 * one `$`, so `$${NAME}` gives `${NAME}`.
 *
 * `${V:-d}`, `${V:=d}`, `${V:?d}`, `${V:+d}` and `${V=d}` all mean "d when V is empty": that is how those systems read them.
 *
 * @source DR-286
 */
export function expandParameters(text: string, lookUp: (name: string) => string | undefined): ExpandedText {
  if (!text.includes("$")) return { text, unknown: [], problems: [] };
  const reader = new ExpansionReader(text, lookUp);
  return { text: reader.readText(), unknown: reader.unknown, problems: reader.problems };
}

class BadExpression extends Error {}

class ExpansionReader {
  readonly unknown: string[] = [];
  readonly problems: ExpansionProblem[] = [];
  readonly #text: string;
  readonly #lookUp: (name: string) => string | undefined;
  readonly #lastClose: number;
  #at = 0;
  #depth = 0;

  constructor(text: string, lookUp: (name: string) => string | undefined) {
    this.#text = text;
    this.#lookUp = lookUp;
    this.#lastClose = text.lastIndexOf("}");
  }

  readText(): string {
    let out = "";
    while (this.#at < this.#text.length) {
      const dollar = this.#text.indexOf("$", this.#at);
      if (dollar === -1) return out + this.#text.slice(this.#at);
      out += this.#text.slice(this.#at, dollar);
      this.#at = dollar;
      out += this.#readDollar();
    }
    return out;
  }

  #readDollar(): string {
    const start = this.#at;
    if (this.#text[start + 1] === "$") {
      this.#at += 2;
      return "$";
    }
    if (this.#text[start + 1] !== "{") {
      this.#at += 1;
      return "$";
    }
    const unknownBefore = this.unknown.length;
    try {
      return this.#readExpression();
    } catch (error) {
      if (!(error instanceof BadExpression)) throw error;
      this.unknown.length = unknownBefore;
      this.#depth = 0;
      const close = this.#lastClose < start ? -1 : this.#text.indexOf("}", start);
      const kind = close === -1 ? "open" : "bad";
      this.#at = kind === "open" ? start + 2 : close + 1;
      const written = this.#text.slice(start, kind === "open" ? endOfLine(this.#text, start) : close + 1);
      this.problems.push({ kind, text: written.slice(0, MAX_SHOWN) });
      return this.#text.slice(start, this.#at);
    }
  }

  /** From `${` to its `}`. */
  #readExpression(): string {
    if (this.#depth >= MAX_DEPTH) throw new BadExpression();
    this.#depth += 1;
    this.#at += 2;
    const value = this.#readBody();
    this.#depth -= 1;
    return value;
  }

  #readBody(): string {
    if (this.#text[this.#at] === "#") {
      this.#at += 1;
      const length = Array.from(this.#valueOf(this.#readName())).length;
      this.#close();
      return String(length);
    }
    const name = this.#readName();
    const operator = this.#match(OPERATOR);
    if (operator === undefined) {
      this.#close();
      return this.#plainValue(name);
    }
    return this.#apply(operator, name);
  }

  #apply(operator: string, name: string): string {
    if (operator === "=" || /^:[-=?+]$/.test(operator)) {
      const fallback = this.#readArgument("}");
      this.#close();
      return this.#lookUp(name) || fallback;
    }
    const value = this.#valueOf(name);
    if (operator === ":") return this.#substring(value);
    if (operator.startsWith("/")) return this.#replace(operator, value);
    if (operator.startsWith("#") || operator.startsWith("%")) {
      const pattern = this.#readArgument("}");
      this.#close();
      return trim(operator, value, pattern);
    }
    this.#close();
    return changeCase(operator, value);
  }

  #substring(value: string): string {
    const first = this.#readArgument(":}");
    const second = this.#text[this.#at] === ":" ? this.#skipThen("}") : undefined;
    this.#close();
    return substring(value, first, second);
  }

  #replace(operator: string, value: string): string {
    const pattern = this.#readArgument("/}", true);
    const replacement = this.#text[this.#at] === "/" ? this.#skipThen("}", true) : "";
    this.#close();
    return replace(operator, value, pattern, replacement);
  }

  #skipThen(stops: string, hasEscapes = false): string {
    this.#at += 1;
    return this.#readArgument(stops, hasEscapes);
  }

  /** Text up to one of the `stops`; expressions in it are replaced. */
  #readArgument(stops: string, hasEscapes = false): string {
    let out = "";
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined) throw new BadExpression();
      if (stops.includes(character)) return out;
      const next = this.#text[this.#at + 1];
      if (character === "$" && next === "{") {
        out += this.#readExpression();
      } else if (hasEscapes && character === "\\" && (next === "/" || next === "\\")) {
        out += next;
        this.#at += 2;
      } else {
        out += character;
        this.#at += 1;
      }
    }
  }

  #readName(): string {
    const name = this.#match(NAME);
    if (name === undefined) throw new BadExpression();
    return name;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #close(): void {
    if (this.#text[this.#at] !== "}") throw new BadExpression();
    this.#at += 1;
  }

  /** `${V-d}` reads as a name with a hyphen in it there; where no such name exists, as bash reads it. */
  #plainValue(name: string): string {
    const value = this.#lookUp(name);
    const hyphen = name.indexOf("-");
    if (value !== undefined || hyphen < 1) return value ?? this.#valueOf(name);
    return this.#lookUp(name.slice(0, hyphen)) ?? name.slice(hyphen + 1);
  }

  #valueOf(name: string): string {
    const value = this.#lookUp(name);
    if (value === undefined) this.unknown.push(name);
    return value ?? "";
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.slice(from, from + MAX_SHOWN).indexOf("\n");
  return end === -1 ? text.length : from + end;
}
