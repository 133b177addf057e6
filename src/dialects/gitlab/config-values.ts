// How the checks look at a value: what it is to GitLab, which reads YAML 1.1.

import { didYouMean } from "../../text/did-you-mean.ts";
import { isPlainlyText, isPsychNull, psychText, psychValue } from "../../yaml/psych-scalar.ts";
import type { YamlEntry, YamlMapping, YamlNode } from "../../yaml/yaml-node.ts";
import type { KnownKeys } from "./keywords.ts";
import type { Report } from "./report.ts";

/** The text of a string; `undefined` for numbers, booleans, null and collections. */
export function stringOf(node: YamlNode): string | undefined {
  if (node.kind !== "scalar") return undefined;
  if (isPlainlyText(node)) return node.text;
  const value = psychValue(node);
  return value.type === "string" ? value.text : undefined;
}

export function integerOf(node: YamlNode): number | undefined {
  if (node.kind !== "scalar") return undefined;
  const value = psychValue(node);
  return value.type === "integer" ? Number(value.text) : undefined;
}

export function booleanOf(node: YamlNode): boolean | undefined {
  if (node.kind !== "scalar") return undefined;
  const value = psychValue(node);
  return value.type === "boolean" ? value.text === "true" : undefined;
}

export function isNull(node: YamlNode): boolean {
  return node.kind === "scalar" && isPsychNull(node);
}

/** The text of any scalar but null; booleans and numbers as Ruby prints them. */
export function scalarTextOf(node: YamlNode): string | undefined {
  return node.kind === "scalar" && !isNull(node) ? psychText(node) : undefined;
}

/** All strings of a list; `undefined` when it is no list of strings. */
export function stringsOf(node: YamlNode): readonly string[] | undefined {
  if (node.kind !== "sequence") return undefined;
  const strings: string[] = [];
  for (const item of node.items) {
    const text = stringOf(item);
    if (text === undefined) return undefined;
    strings.push(text);
  }
  return strings;
}

/** Like {@link stringsOf}, but a list may stand in a list, as `!reference` leaves it. */
export function nestedStringsOf(node: YamlNode, levels: number): readonly string[] | undefined {
  if (node.kind !== "sequence" || levels < 1) return undefined;
  const strings: string[] = [];
  for (const item of node.items) {
    const text = stringOf(item);
    if (text !== undefined) {
      strings.push(text);
      continue;
    }
    const inner = nestedStringsOf(item, levels - 1);
    if (inner === undefined) return undefined;
    for (const one of inner) strings.push(one);
  }
  return strings;
}

/** A key's value; one that is present but null counts as absent (GY-28). */
export function valueOf(mapping: YamlMapping, key: string): YamlNode | undefined {
  const value = mapping.entries.get(key)?.value;
  return value === undefined || isNull(value) ? undefined : value;
}

/**
 * Tells of keys that do not belong into a mapping, and of those that do but are not acted on yet.
 *
 * @param hintFor what helps with keys that do not belong; undefined: the nearest ones that do.
 * @source GY-21
 */
export function checkKeys(
  mapping: YamlMapping,
  allowed: KnownKeys,
  path: string,
  report: Report,
  hintFor?: (names: readonly string[]) => string | undefined,
): void {
  const unknown: YamlEntry[] = [];
  for (const key of mapping.entries.keys()) {
    const entry = allowed.read.has(key) ? undefined : mapping.entries.get(key);
    if (entry === undefined) continue;
    const keyword = allowed.known.get(key);
    if (keyword === undefined) unknown.push(entry);
    else report.ignored(keyword.name, `${path}:${key}`, entry.key, keyword.what);
  }
  if (unknown.length === 0) return;
  const names = unknown.map((entry) => psychText(entry.key));
  const [first] = unknown;
  if (first !== undefined) reportUnknownKeys(first, names, allowed, path, hintFor?.(names), report);
}

function reportUnknownKeys(
  first: YamlEntry,
  names: readonly string[],
  allowed: KnownKeys,
  path: string,
  hint: string | undefined,
  report: Report,
): void {
  const all = [...allowed.read, ...allowed.known.keys()];
  const near = names.map((name) => didYouMean(name, all)).filter((name) => name !== undefined);
  report.error({
    code: "unknown-key",
    path,
    text: `config contains unknown keys: ${names.join(", ")}`,
    at: first.key,
    hint: hint ?? (near.length > 0 ? `did you mean ${near.map((name) => `"${name}"`).join(", ")}?` : hintAtKeys(all)),
  });
}

function hintAtKeys(all: readonly string[]): string | undefined {
  return all.length <= 8 ? `known here: ${all.join(", ")}` : undefined;
}
