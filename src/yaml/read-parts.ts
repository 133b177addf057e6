import type { SourceText } from "../text/source-text.ts";
import { readOrdinary } from "./read-ordinary.ts";
import { type BuildOptions, TreeBuilder } from "./tree-builder.ts";
import type { YamlNode } from "./yaml-node.ts";

export interface ReadParts {
  readonly documents: readonly YamlNode[];
  readonly builders: readonly TreeBuilder[];
}

/** Every part is scanned with all before it blanked out, so that offsets hold; with many parts that would add up. */
const MAX_PARTS = 200;
const MAX_WORK = 32_000_000;
const MARKER = /^---[ \t]*(?:#.*)?$/gm;

/**
 * Reads several ordinary documents, many times faster than the full parser. Nothing but comments in front of the first
 * marker, or behind the last, is no document.
 *
 * @returns undefined when there is one document, or when any part of the file is out of the ordinary.
 * @throws RangeError for nesting that no reader should follow.
 */
export function readParts(source: SourceText, options: BuildOptions): ReadParts | undefined {
  const { text } = source;
  if (!/^---/m.test(text) || /^(?:%|\.\.\.)/m.test(text)) return undefined;
  const starts = [0, ...[...text.matchAll(MARKER)].map((match) => match.index + match[0].length)];
  const ends = [...[...text.matchAll(MARKER)].map((match) => match.index), text.length];
  if (starts.length > MAX_PARTS || starts.length * text.length > MAX_WORK) return undefined;
  const documents: YamlNode[] = [];
  const builders: TreeBuilder[] = [];
  for (const [index, start] of starts.entries()) {
    const part = text.slice(start, ends[index]);
    if (isBlank(part)) {
      // An empty document in the middle is rare enough for the full parser.
      if (index > 0 && index < starts.length - 1) return undefined;
      continue;
    }
    const builder = new TreeBuilder({ ...source, text: "\n".repeat(start) + part }, options);
    const root = readOrdinary(builder);
    if (root === undefined) return undefined;
    documents.push(root);
    builders.push(builder);
  }
  return documents.length === 0 ? undefined : { documents, builders };
}

function isBlank(text: string): boolean {
  return /^(?:[ \t]*(?:#[^\n]*)?(?:\n|$))*$/.test(text);
}
