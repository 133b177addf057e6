import { mappingOf, type YamlEntry, type YamlMapping } from "../../yaml/yaml-node.ts";

/** Mappings merge key by key; of everything else the later value stays. @source GY-33 */
export function deepMerge(base: YamlMapping, over: YamlMapping): YamlMapping {
  const entries = new Map(base.entries);
  addEntries(entries, over);
  return mappingOf(over, entries);
}

/** As one after the other; the place and the position of the result are those of the last. @source GY-59 */
export function mergeAll(bases: readonly YamlMapping[], over: YamlMapping): YamlMapping {
  const [first, ...others] = bases;
  if (first === undefined) return over;
  const entries = new Map(first.entries);
  for (const other of others) addEntries(entries, other);
  addEntries(entries, over);
  return mappingOf(over, entries);
}

function addEntries(entries: Map<string, YamlEntry>, over: YamlMapping): void {
  for (const [name, entry] of over.entries) {
    const below = entries.get(name)?.value;
    const merges = below?.kind === "mapping" && entry.value.kind === "mapping";
    entries.set(name, merges ? { key: entry.key, value: deepMerge(below, entry.value) } : entry);
  }
}
