// A YAML document as a small immutable tree. An alias is the very node it names, so a tree is a graph without cycles:
// `weight` tells how large it would be when written out, without ever writing it out.

import type { SourceSpan } from "../text/source.ts";
import { type SourceText, spanAt } from "../text/source-text.ts";

export type YamlNode = YamlScalar | YamlMapping | YamlSequence;

interface Positioned {
  readonly source: SourceText;
  readonly offset: number;
  /** A local tag (`!reference`), or the full name of a core tag the user wrote out. */
  readonly tag: string | undefined;
}

export interface YamlScalar extends Positioned {
  readonly kind: "scalar";
  /** The scalar's text after quotes, escapes, folding and indentation are undone. */
  readonly text: string;
  /** Written without quotes or block style: only then may it be something else than a string. */
  readonly plain: boolean;
}

interface Collection extends Positioned {
  /** Nodes in this tree, each alias counted with all it stands for. */
  readonly weight: number;
  /** 1 for a collection of scalars. */
  readonly depth: number;
  /** This node or one below carries a local tag. */
  readonly hasLocalTag: boolean;
}

export interface YamlMapping extends Collection {
  readonly kind: "mapping";
  /** By the key's text, in file order; merge keys (`<<`) are already applied. */
  readonly entries: ReadonlyMap<string, YamlEntry>;
}

export interface YamlEntry {
  readonly key: YamlScalar;
  readonly value: YamlNode;
}

export interface YamlSequence extends Collection {
  readonly kind: "sequence";
  readonly items: readonly YamlNode[];
}

export function spanOf(node: YamlNode): SourceSpan {
  return spanAt(node.source, node.offset);
}

export function lineOf(node: YamlNode): number {
  return spanOf(node).line;
}

export function mappingOf(like: Positioned, entries: ReadonlyMap<string, YamlEntry>): YamlMapping {
  let weight = 1;
  let depth = 0;
  let hasLocalTag = isLocalTag(like.tag);
  for (const { value } of entries.values()) {
    weight += 1 + weightOf(value);
    depth = Math.max(depth, depthOf(value));
    hasLocalTag ||= carriesLocalTag(value);
  }
  return {
    kind: "mapping",
    entries,
    source: like.source,
    offset: like.offset,
    tag: like.tag,
    weight,
    depth: depth + 1,
    hasLocalTag,
  };
}

export function sequenceOf(like: Positioned, items: readonly YamlNode[]): YamlSequence {
  let weight = 1;
  let depth = 0;
  let hasLocalTag = isLocalTag(like.tag);
  for (const item of items) {
    weight += weightOf(item);
    depth = Math.max(depth, depthOf(item));
    hasLocalTag ||= carriesLocalTag(item);
  }
  return {
    kind: "sequence",
    items,
    source: like.source,
    offset: like.offset,
    tag: like.tag,
    weight,
    depth: depth + 1,
    hasLocalTag,
  };
}

export function weightOf(node: YamlNode): number {
  return node.kind === "scalar" ? 1 : node.weight;
}

export function depthOf(node: YamlNode): number {
  return node.kind === "scalar" ? 0 : node.depth;
}

export function carriesLocalTag(node: YamlNode): boolean {
  return node.kind === "scalar" ? isLocalTag(node.tag) : node.hasLocalTag;
}

/** `!reference` is local to a program; `!` alone and the `tag:yaml.org` family belong to YAML. */
export function isLocalTag(tag: string | undefined): boolean {
  return tag !== undefined && tag.length > 1 && tag.startsWith("!");
}
