// Reads what nearly every pipeline file consists of, many times faster than a full parser: block mappings and
// sequences, flow collections, scalars, anchors, aliases, local tags. Whatever is out of the ordinary, and every error,
// is left to `read-documents.ts`, which must give the same tree where both can read a file.

import { CST } from "yaml";
import { TokenScanner } from "./scan-tokens.ts";
import { giveUp, OutOfTheOrdinary, type Token, type TokenKind } from "./token.ts";
import type { NodeProperties, TreeBuilder } from "./tree-builder.ts";
import type { YamlNode, YamlScalar } from "./yaml-node.ts";

const NO_PROPERTIES: NodeProperties = { tag: undefined, anchor: undefined };
const MAX_DEPTH = 500;

/**
 * @returns `undefined` when the text needs the full parser; the builder must then be thrown away.
 * @throws RangeError for nesting that no reader should follow.
 */
export function readOrdinary(builder: TreeBuilder): YamlNode | undefined {
  try {
    return new OrdinaryReader(builder).document();
  } catch (error) {
    if (error instanceof OutOfTheOrdinary) return undefined;
    throw error;
  }
}

class OrdinaryReader {
  readonly #builder: TreeBuilder;
  readonly #scanner: TokenScanner;
  /** Of the token that was taken last. */
  #lastKind: TokenKind | undefined;
  #next: Token | undefined;
  /** Behind the next one, as far as somebody had to look. */
  readonly #further: Token[] = [];
  #depth = 0;

  constructor(builder: TreeBuilder) {
    this.#builder = builder;
    this.#scanner = new TokenScanner(builder.source.text);
    this.#next = this.#scanner.next();
  }

  document(): YamlNode {
    if (this.#next?.startsLine !== true) giveUp();
    const node = this.#block(0, 0);
    if (this.#next !== undefined) giveUp();
    return node;
  }

  /** A node whose lines are indented by at least `indent`; `offset` is where an empty node is said to be. */
  #block(indent: number, offset: number): YamlNode {
    this.#descend();
    if (this.#builder.exhausted) giveUp();
    const properties = this.#properties(indent);
    const token = this.#peek();
    const node =
      token === undefined || (token.startsLine && token.column < indent)
        ? this.#empty(offset, properties)
        : this.#content(token, indent, properties);
    this.#depth -= 1;
    return node;
  }

  #descend(): void {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new RangeError("the document is nested too deep");
  }

  #content(token: Token, indent: number, properties: NodeProperties): YamlNode {
    switch (token.kind) {
      case "plain":
      case "quoted":
        return this.#scalarOrMapping(token, properties);
      case "block-header":
        return this.#blockScalar(token, indent, properties);
      case "alias":
        if (properties !== NO_PROPERTIES) giveUp();
        this.#advance();
        if (this.#isKeyColon()) giveUp();
        return this.#builder.alias(token.text.slice(1), token.offset);
      case "dash":
        if (!this.#opensBlock(token)) giveUp();
        return this.#sequence(token, properties);
      case "map-start":
      case "seq-start": {
        const node = this.#flow(properties);
        if (this.#isKeyColon()) giveUp();
        return node;
      }
      default:
        return giveUp();
    }
  }

  /** Anchor and tag in front of a node. Properties of a key (`&a key: value`) are out of the ordinary. */
  #properties(indent: number): NodeProperties {
    let found = NO_PROPERTIES;
    for (let token = this.#peek(); token !== undefined; token = this.#peek()) {
      if (token.kind !== "anchor" && token.kind !== "tag") break;
      if (token.startsLine && token.column < indent) break;
      if (token.kind === "anchor" ? found.anchor !== undefined : found.tag !== undefined) giveUp();
      if (token.kind === "tag" && !/^![A-Za-z][\w-]*$/.test(token.text)) giveUp();
      found = token.kind === "anchor" ? { ...found, anchor: token.text.slice(1) } : { ...found, tag: token.text };
      this.#advance();
    }
    return found;
  }

  #scalarOrMapping(token: Token, properties: NodeProperties): YamlNode {
    const opensBlock = this.#opensBlock(token);
    this.#advance();
    if (!this.#isKeyColon()) return this.#scalar(token, properties);
    return opensBlock ? this.#mapping(token, properties) : giveUp();
  }

  /** @param first its first key, which has been taken. */
  #mapping(first: Token, properties: NodeProperties): YamlNode {
    const pairs: { key: YamlScalar; value: YamlNode }[] = [];
    for (let key = first; ; key = this.#take("plain", "quoted")) {
      const colon = this.#take("colon");
      if (colon.startsLine || key.text.includes("\n")) giveUp();
      const keyNode = this.#scalar(key, NO_PROPERTIES);
      pairs.push({ key: keyNode, value: this.#mappingValue(first.column, colon) });
      const token = this.#peek();
      if (token === undefined || (token.startsLine && token.column < first.column)) break;
      if (!token.startsLine || token.column > first.column) giveUp();
    }
    return this.#builder.mapping(pairs, first.offset, properties);
  }

  /** In a mapping, the dashes of a list may stand as far left as the key above them. */
  #mappingValue(column: number, colon: Token): YamlNode {
    const token = this.#peek();
    if (token?.startsLine === true && token.column === column && token.kind === "dash") {
      return this.#sequence(token, NO_PROPERTIES);
    }
    const hasProperties = token !== undefined && !token.startsLine && (token.kind === "anchor" || token.kind === "tag");
    const after = hasProperties ? this.#tokenAfterProperties() : undefined;
    if (after?.startsLine === true && after.column === column && after.kind === "dash") {
      return this.#sequence(after, this.#properties(column + 1));
    }
    return this.#block(column + 1, colon.offset + 1);
  }

  #sequence(first: Token, properties: NodeProperties): YamlNode {
    const items: YamlNode[] = [];
    for (;;) {
      const dash = this.#take("dash");
      items.push(this.#block(first.column + 1, dash.offset + 1));
      const next = this.#peek();
      if (next === undefined || (next.startsLine && next.column < first.column)) break;
      if (!next.startsLine || next.column > first.column) giveUp();
      if (next.kind !== "dash") break;
    }
    return this.#builder.sequence(items, first.offset, properties);
  }

  #flow(properties: NodeProperties): YamlNode {
    this.#descend();
    const open = this.#take("map-start", "seq-start");
    const node =
      open.kind === "map-start"
        ? this.#builder.mapping(this.#flowPairs(), open.offset, properties)
        : this.#builder.sequence(this.#flowItems(), open.offset, properties);
    this.#depth -= 1;
    return node;
  }

  #flowItems(): YamlNode[] {
    const items: YamlNode[] = [];
    while (this.#peek()?.kind !== "seq-end") {
      items.push(this.#flowNode());
      if (this.#peek()?.kind !== "seq-end") this.#take("comma");
    }
    this.#advance();
    return items;
  }

  #flowPairs(): { key: YamlScalar; value: YamlNode }[] {
    const pairs: { key: YamlScalar; value: YamlNode }[] = [];
    while (this.#peek()?.kind !== "map-end") {
      const key = this.#take("plain", "quoted");
      if (key.text.includes("\n")) giveUp();
      const token = this.#peek();
      const hasValue = token?.kind === "colon";
      if (hasValue) this.#advance();
      const keyNode = this.#scalar(key, NO_PROPERTIES);
      const end = this.#peek()?.kind;
      const isEmpty = !hasValue || end === "comma" || end === "map-end";
      pairs.push({
        key: keyNode,
        value: isEmpty ? this.#empty(key.offset + key.text.length, NO_PROPERTIES) : this.#flowNode(),
      });
      if (this.#peek()?.kind !== "map-end") this.#take("comma");
    }
    this.#advance();
    return pairs;
  }

  #flowNode(): YamlNode {
    const properties = this.#properties(0);
    const token = this.#peek() ?? giveUp();
    if (token.kind === "map-start" || token.kind === "seq-start") return this.#flow(properties);
    this.#advance();
    if (token.kind === "alias" && properties === NO_PROPERTIES) {
      return this.#builder.alias(token.text.slice(1), token.offset);
    }
    if ((token.kind !== "plain" && token.kind !== "quoted") || token.text.includes("\n")) return giveUp();
    return this.#scalar(token, properties);
  }

  #scalar(token: Token, properties: NodeProperties): YamlScalar {
    const plain = token.kind === "plain";
    return this.#builder.scalar({ text: scalarText(token), plain, offset: token.offset }, properties);
  }

  #blockScalar(header: Token, indent: number, properties: NodeProperties): YamlNode {
    this.#advance();
    const token = this.#peek();
    if (token?.kind !== "block-text" || !/^[|>][-+]?$/.test(header.text)) return giveUp();
    this.#advance();
    if (token.text.trim() !== "" && indentOf(token.text) < indent) giveUp();
    const text = resolve({
      type: "block-scalar",
      offset: header.offset,
      indent: 0,
      props: [headerToken(header)],
      source: token.text,
    });
    return this.#builder.scalar({ text, plain: false, offset: header.offset }, properties);
  }

  #empty(offset: number, properties: NodeProperties): YamlScalar {
    return this.#builder.scalar({ text: "", plain: true, offset }, properties);
  }

  #opensBlock(token: Token): boolean {
    return token.startsLine || this.#lastKind === "dash";
  }

  #isKeyColon(): boolean {
    return this.#peek()?.kind === "colon";
  }

  #tokenAfterProperties(): Token | undefined {
    let distance = 0;
    let token = this.#lookAhead(distance);
    while (token?.kind === "anchor" || token?.kind === "tag") token = this.#lookAhead(++distance);
    return token;
  }

  #peek(): Token | undefined {
    return this.#next;
  }

  /** @param distance from the next token; 0 is the one behind it. */
  #lookAhead(distance: number): Token | undefined {
    while (this.#further.length <= distance) {
      const token = this.#scanner.next();
      if (token === undefined) return undefined;
      this.#further.push(token);
    }
    return this.#further[distance];
  }

  #advance(): void {
    this.#lastKind = this.#next?.kind;
    this.#next = this.#further.length > 0 ? this.#further.shift() : this.#scanner.next();
  }

  #take(kind: TokenKind, orKind: TokenKind = kind): Token {
    const token = this.#peek();
    if (token === undefined || (token.kind !== kind && token.kind !== orKind)) return giveUp();
    this.#advance();
    return token;
  }
}

function scalarText(token: Token): string {
  const { text } = token;
  if (token.kind === "plain") {
    if (/^[,%|>@`\t]/.test(text)) giveUp();
    return text.includes("\n") ? resolve({ type: "scalar", offset: 0, indent: 0, source: text }) : text;
  }
  const simple = text.length >= 2 && text.endsWith(text[0] ?? "") && !text.includes("\n");
  if (simple && text.startsWith("'")) return text.slice(1, -1).replaceAll("''", "'");
  if (simple && !text.includes("\\")) return text.slice(1, -1);
  const type = text.startsWith("'") ? "single-quoted-scalar" : "double-quoted-scalar";
  return resolve({ type, offset: 0, indent: 0, source: text });
}

function resolve(token: CST.FlowScalar | CST.BlockScalar): string {
  return CST.resolveAsScalar(token, true, giveUp)?.value ?? giveUp();
}

function headerToken(header: Token): CST.SourceToken {
  return { type: "block-scalar-header", offset: header.offset, indent: 0, source: header.text };
}

/** Spaces in front of the first line that holds anything. */
function indentOf(text: string): number {
  return /^(?:[ \t]*\n)*( *)/.exec(text)?.[1]?.length ?? 0;
}
