// How the readers look at a value. The old systems read YAML 1.1 with Go; text keeps the user's spelling (DR-335).

import type { YamlEntry, YamlMapping, YamlNode, YamlScalar } from "../../yaml/yaml-node.ts";
import type { Findings } from "./findings.ts";

const TRUE = /^(?:true|yes|on|y)$/i;
const FALSE = /^(?:false|no|off|n)$/i;

export function isNull(node: YamlNode): boolean {
  return node.kind === "scalar" && node.plain && /^(?:|~|null|Null|NULL)$/.test(node.text);
}

/** Any scalar but null, as written: `yes` stays `yes`, `0644` stays `0644`. */
export function textOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === "scalar" && !isNull(node) ? node.text : undefined;
}

export function booleanOf(node: YamlNode): boolean | undefined {
  if (node.kind !== "scalar") return undefined;
  if (TRUE.test(node.text)) return true;
  return FALSE.test(node.text) ? false : undefined;
}

/** A scalar that Go's reader would take for something else than a string. */
export function isPlainNonString(node: YamlScalar): boolean {
  if (!node.plain || node.tag !== undefined) return false;
  return TRUE.test(node.text) || FALSE.test(node.text) || /^[-+]?(?:\d[\d_]*)?\.?\d+(?:[eE][-+]?\d+)?$/.test(node.text);
}

/** The text of every item; a single scalar counts as a list of one. `undefined` when something in it is no scalar. */
export function textsOf(node: YamlNode): readonly string[] | undefined {
  if (node.kind === "mapping") return undefined;
  if (node.kind === "scalar") return isNull(node) ? [] : [node.text];
  const texts: string[] = [];
  for (const item of node.items) {
    if (item.kind !== "scalar") return undefined;
    if (!isNull(item)) texts.push(item.text);
  }
  return texts;
}

export function itemsOf(node: YamlNode): readonly YamlNode[] {
  return node.kind === "sequence" ? node.items : [node];
}

/** The last value of a key that is not null. */
export function valueOf(mapping: YamlMapping, key: string): YamlNode | undefined {
  const value = mapping.entries.get(key)?.value;
  return value === undefined || isNull(value) ? undefined : value;
}

/** A nested value of mappings; undefined when a step of the way is missing. */
export function valueAt(node: YamlNode | undefined, ...keys: readonly string[]): YamlNode | undefined {
  let value = node;
  for (const key of keys) value = value?.kind === "mapping" ? valueOf(value, key) : undefined;
  return value;
}

/**
 * The entries of a mapping whose keys mean something, by key. Repeated keys were kept for the sections in which they are
 * legal (DR-36); here the last one wins, as in Go's reader, and that is told.
 */
export function fieldsOf(mapping: YamlMapping, path: string, findings: Findings): ReadonlyMap<string, YamlEntry> {
  const fields = new Map<string, YamlEntry>();
  for (const entry of mapping.entries.values()) {
    const name = entry.key.text;
    if (fields.has(name)) {
      findings.warn({
        code: "duplicate-key",
        text: `${path}: key "${name}" is written twice; the last one is used`,
        at: entry.key,
        path,
      });
    }
    fields.set(name, entry);
  }
  return fields;
}

/** A value as JSON has it: what Go's reader makes of plain numbers and booleans. */
export function toJsonValue(node: YamlNode): unknown {
  if (node.kind === "sequence") return node.items.map(toJsonValue);
  if (node.kind === "mapping") {
    return Object.fromEntries([...node.entries.values()].map(({ key, value }) => [key.text, toJsonValue(value)]));
  }
  if (isNull(node)) return null;
  if (!isPlainNonString(node)) return node.text;
  return booleanOf(node) ?? (Number.isFinite(Number(node.text)) ? Number(node.text) : node.text);
}
