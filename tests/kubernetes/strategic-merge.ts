import { type JsonRecord, toList, toRecord } from "../../src/engines/json.ts";

/** Lists whose entries are told apart by a key; all others are replaced. */
const KEYS: Readonly<Record<string, string>> = { containers: "name", initContainers: "name", ownerReferences: "uid" };

/** A strategic merge patch, of which the fake knows as much as is sent to it. */
export function mergePatch(target: JsonRecord, patch: JsonRecord): JsonRecord {
  const merged: Record<string, unknown> = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    const listKey = KEYS[key];
    if (value === null) delete merged[key];
    else if (Array.isArray(value) && listKey !== undefined)
      merged[key] = mergeList(toList(target[key]), value, listKey);
    else if (typeof value === "object" && !Array.isArray(value))
      merged[key] = mergePatch(toRecord(target[key]), toRecord(value));
    else merged[key] = value;
  }
  return merged;
}

function mergeList(target: readonly unknown[], patch: readonly unknown[], key: string): readonly unknown[] {
  const merged = target.map(toRecord);
  for (const entry of patch.map(toRecord)) {
    const at = merged.findIndex((own) => own[key] === entry[key]);
    if (at < 0) merged.push(entry);
    else merged[at] = mergePatch(merged[at] ?? {}, entry);
  }
  return merged;
}
