import { giveUp, type Token, type TokenKind } from "./token.ts";

const TAB = 9;
const LINE_END = 10;
const SPACE = 32;
const DOUBLE_QUOTE = 34;
const HASH = 35;
const SINGLE_QUOTE = 39;
const COLON = 58;
const BACKSLASH = 92;

const FLOW_KINDS: Readonly<Record<string, TokenKind>> = {
  ",": "comma",
  "{": "map-start",
  "}": "map-end",
  "[": "seq-start",
  "]": "seq-end",
};

const NAMED_KINDS: Readonly<Record<string, TokenKind>> = { "&": "anchor", "*": "alias", "!": "tag" };

/**
 * Cuts one ordinary document into tokens, each when it is asked for: all of a large file at once would fill the memory.
 *
 * It throws OutOfTheOrdinary for several documents, directives, explicit keys, tabs between tokens, and everything that
 * looks wrong: a full parser has to look at it.
 */
export class TokenScanner {
  readonly #text: string;
  /** A block's text, found together with its header. */
  #waiting: Token | undefined;
  #at = 0;
  #lineStart = 0;
  #startsLine = true;
  #flowLevel = 0;
  /** Column of the mapping or list the line belongs to, after its dashes. */
  #blockColumn = 0;
  /** A line must be indented this far to belong to the scalar before it. */
  #indentNext = 0;

  constructor(text: string) {
    this.#text = text;
    this.#skipDocumentStart();
  }

  /** @returns undefined behind the last one. */
  next(): Token | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) return waiting;
    while (this.#at < this.#text.length) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === SPACE) this.#at += 1;
      else if (code === LINE_END) this.#startLine(this.#at + 1);
      else if (code === HASH) this.#skipComment();
      else if (code === TAB) this.#skipTabs();
      else return this.#token();
    }
    if (this.#flowLevel > 0) giveUp();
    return undefined;
  }

  #token(): Token {
    const start = this.#at;
    const character = this.#text[start] ?? "";
    if (this.#startsLine) this.#beginContent(start - this.#lineStart);
    switch (character) {
      case "-":
        if (this.#flowLevel > 0 && isFlowIndicator(this.#text[start + 1])) giveUp();
        return this.#isSpaceAt(start + 1) ? this.#dash() : this.#plain();
      case ":":
        if (this.#flowLevel > 0 ? this.#endsFlowColon(start + 1) : this.#isSpaceAt(start + 1)) return this.#colon();
        return this.#plain();
      case "?":
        if (this.#isSpaceAt(start + 1) || this.#flowLevel > 0) giveUp();
        return this.#plain();
      case "'":
      case '"':
        return this.#quoted(character === "'" ? SINGLE_QUOTE : DOUBLE_QUOTE);
      case "&":
      case "*":
      case "!":
        return this.#named(NAMED_KINDS[character] ?? giveUp());
      case "|":
      case ">":
        return this.#block();
      case "%":
      case "@":
      case "`":
        return giveUp();
      default:
        return FLOW_KINDS[character] === undefined ? this.#plain() : this.#flow(FLOW_KINDS[character]);
    }
  }

  /** The first thing in a line that is no space. */
  #beginContent(column: number): void {
    if (column === 0 && /^(?:---|\.\.\.)(?:\s|$)/.test(this.#text.slice(this.#at, this.#at + 4))) giveUp();
    if (this.#flowLevel > 0) return;
    this.#blockColumn = column;
    if (column < this.#indentNext) this.#indentNext = column;
  }

  #dash(): Token {
    if (this.#flowLevel > 0) giveUp();
    const column = this.#at - this.#lineStart;
    const token = this.#take("dash", this.#at + 1);
    this.#indentNext = column + 1;
    let next = this.#at;
    while (this.#text.charCodeAt(next) === SPACE) next += 1;
    this.#blockColumn = next - this.#lineStart;
    return token;
  }

  #colon(): Token {
    const token = this.#take("colon", this.#at + 1);
    if (this.#flowLevel === 0) this.#indentNext = this.#blockColumn + 1;
    return token;
  }

  #flow(kind: TokenKind): Token {
    const opens = kind === "map-start" || kind === "seq-start";
    if (!opens && this.#flowLevel === 0) giveUp();
    const token = this.#take(kind, this.#at + 1);
    if (opens) this.#flowLevel += 1;
    else if (kind !== "comma") this.#flowLevel -= 1;
    if (this.#flowLevel === 0 && !this.#isSpaceAt(this.#at) && this.#text.charCodeAt(this.#at) !== COLON) giveUp();
    return token;
  }

  #named(kind: TokenKind): Token {
    let end = this.#at + 1;
    while (!this.#isSpaceAt(end) && !isFlowIndicator(this.#text[end])) end += 1;
    if (end === this.#at + 1) giveUp();
    if (!this.#isSpaceAt(end) && this.#flowLevel === 0) giveUp();
    return this.#take(kind, end);
  }

  #quoted(quote: number): Token {
    let end = this.#at + 1;
    let lineStart = this.#lineStart;
    for (; ; end += 1) {
      const code = this.#text.charCodeAt(end);
      if (Number.isNaN(code)) giveUp();
      if (code === quote) {
        if (quote === DOUBLE_QUOTE || this.#text.charCodeAt(end + 1) !== quote) break;
        end += 1;
      } else if (code === BACKSLASH && quote === DOUBLE_QUOTE) {
        if (this.#text.charCodeAt(end + 1) === LINE_END) giveUp();
        end += 1;
      } else if (code === LINE_END) {
        lineStart = end + 1;
        if (!this.#continuesAt(lineStart)) giveUp();
      }
    }
    const next = this.#text.charCodeAt(end + 1);
    const isClosed =
      this.#isSpaceAt(end + 1) || next === COLON || (this.#flowLevel > 0 && isFlowIndicator(this.#text[end + 1]));
    if (!isClosed) giveUp();
    const token = this.#take("quoted", end + 1);
    this.#lineStart = lineStart;
    return token;
  }

  /** In quotes every line must be indented like the rest, or be empty. */
  #continuesAt(lineStart: number): boolean {
    let at = lineStart;
    while (this.#text.charCodeAt(at) === SPACE) at += 1;
    return (
      this.#text.charCodeAt(at) === LINE_END ||
      (at - lineStart >= Math.max(1, this.#indentNext) && !this.#isSpaceAt(at))
    );
  }

  #plain(): Token {
    const start = this.#at;
    let end = this.#endOfPlain(start);
    if (this.#flowLevel === 0 && (end === this.#text.length || this.#text.charCodeAt(end) === LINE_END)) {
      const lastLine = this.#lastLineOfPlain(end);
      if (lastLine !== undefined) {
        end = lastLine.end;
        const token = this.#take("plain", end);
        this.#lineStart = lastLine.lineStart;
        return token;
      }
    }
    while (end > start && this.#text.charCodeAt(end - 1) === SPACE) end -= 1;
    if (end === start || this.#text.charCodeAt(end - 1) === TAB) giveUp();
    return this.#take("plain", end);
  }

  /** Where the plain text that starts here ends in its line: before `: `, before ` #`, at the line's end. */
  #endOfPlain(start: number): number {
    const inFlow = this.#flowLevel > 0;
    for (let at = start; at < this.#text.length; at += 1) {
      const code = this.#text.charCodeAt(at);
      if (code === LINE_END) return at;
      if (code === COLON && (inFlow ? this.#endsFlowColon(at + 1) : this.#isSpaceAt(at + 1))) return at;
      if (code === HASH && at > start && this.#isSpaceAt(at - 1)) return at;
      if (inFlow && isFlowIndicator(this.#text[at])) return at;
    }
    return this.#text.length;
  }

  /** Plain text goes on in lines that are indented further than what it belongs to. */
  #lastLineOfPlain(firstEnd: number): { readonly end: number; readonly lineStart: number } | undefined {
    let found: { end: number; lineStart: number } | undefined;
    for (let lineEnd = firstEnd; lineEnd < this.#text.length; ) {
      const lineStart = lineEnd + 1;
      let at = lineStart;
      while (this.#text.charCodeAt(at) === SPACE) at += 1;
      const code = this.#text.charCodeAt(at);
      if (code === LINE_END) {
        lineEnd = at;
        continue;
      }
      if (Number.isNaN(code) || at - lineStart < Math.max(1, this.#indentNext) || code === HASH) break;
      if (code === TAB) giveUp();
      const end = this.#endOfPlain(at);
      if (end < this.#text.length && this.#text.charCodeAt(end) !== LINE_END) giveUp();
      found = { end: trimmedEnd(this.#text, end), lineStart };
      lineEnd = end;
    }
    return found;
  }

  /** A header in its line, and the lines below it that are indented further. */
  #block(): Token {
    if (this.#flowLevel > 0 || this.#indentNext === 0) giveUp();
    const lineEnd = this.#lineEndAfter(this.#at);
    const header = /^[|>][-+]?(?= *$| +#)/.exec(this.#text.slice(this.#at, lineEnd))?.[0] ?? giveUp();
    const token = this.#take("block-header", this.#at + header.length);
    const start = Math.min(lineEnd + 1, this.#text.length);
    const end = this.#endOfBlock(start, header.endsWith("+"));
    this.#at = start;
    this.#lineStart = start;
    this.#waiting = this.#take("block-text", end);
    this.#startLine(end);
    return token;
  }

  #endOfBlock(start: number, keepsBlankLines: boolean): number {
    let indent = 0;
    let end = start;
    for (let lineStart = start; lineStart < this.#text.length; ) {
      let at = lineStart;
      while (this.#text.charCodeAt(at) === SPACE) at += 1;
      const lineEnd = this.#lineEndAfter(at);
      // Spaces beyond the indentation are content, though nobody sees them.
      const isBlank = at === lineEnd && (indent === 0 || at - lineStart <= indent);
      if (!isBlank) {
        if (indent === 0 && this.#text.charCodeAt(at) === TAB) giveUp();
        if (indent === 0) indent = Math.max(this.#indentNext, at - lineStart);
        if (at - lineStart < indent) break;
      } else if (indent === 0 && at - lineStart > this.#indentNext) giveUp();
      lineStart = Math.min(lineEnd + 1, this.#text.length);
      if (!isBlank || keepsBlankLines) end = lineStart;
    }
    return end;
  }

  #lineEndAfter(at: number): number {
    const end = this.#text.indexOf("\n", at);
    return end === -1 ? this.#text.length : end;
  }

  #take(kind: TokenKind, end: number): Token {
    const offset = this.#at;
    const text = this.#text.slice(offset, end);
    const token = { kind, text, offset, column: offset - this.#lineStart, startsLine: this.#startsLine };
    this.#startsLine = false;
    this.#at = end;
    return token;
  }

  #startLine(at: number): void {
    this.#at = at;
    this.#lineStart = at;
    this.#startsLine = true;
  }

  /** `---` alone in the first line that holds anything. */
  #skipDocumentStart(): void {
    const start = /^(?:[ ]*(?:#[^\n]*)?\n)*---(?= *(?:\n|$| #))/.exec(this.#text);
    if (start === null) return;
    this.#at = start[0].length;
    this.#startsLine = false;
  }

  #skipComment(): void {
    if (!this.#startsLine && !this.#isSpaceAt(this.#at - 1)) giveUp();
    this.#at = this.#lineEndAfter(this.#at);
  }

  /** Tabs may stand at a line's end. */
  #skipTabs(): void {
    const end = this.#lineEndAfter(this.#at);
    if (!/^[ \t]*(?:#.*)?$/.test(this.#text.slice(this.#at, end)) || this.#startsLine) giveUp();
    this.#at = end;
  }

  #isSpaceAt(at: number): boolean {
    const code = this.#text.charCodeAt(at);
    return code === SPACE || code === LINE_END || code === TAB || Number.isNaN(code);
  }

  /** In a flow collection a colon also ends a key before `,` and brackets, and right behind a quote. */
  #endsFlowColon(at: number): boolean {
    return this.#isSpaceAt(at) || isFlowIndicator(this.#text[at]) || isQuote(this.#text.charCodeAt(at - 2));
  }
}

function isQuote(code: number): boolean {
  return code === SINGLE_QUOTE || code === DOUBLE_QUOTE;
}

function isFlowIndicator(character: string | undefined): boolean {
  return character !== undefined && FLOW_KINDS[character] !== undefined;
}

function trimmedEnd(text: string, end: number): number {
  let at = end;
  while (text.charCodeAt(at - 1) === SPACE) at -= 1;
  if (text.charCodeAt(at - 1) === TAB) giveUp();
  return at;
}
