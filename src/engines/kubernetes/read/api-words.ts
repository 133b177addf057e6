import type { TomlTable } from "../../../config/toml/toml-section.ts";
import { isTable } from "../../../config/toml/toml-section.ts";
import type { Json, JsonObject } from "../pod.ts";

/** Tables whose keys are the user's own words. */
const OWN_KEYS: ReadonlySet<string> = new Set(["match_labels", "volume_attributes"]);

/** `node_affinity` of a settings file as the API has it, `nodeAffinity`; tables and lists all the way down. */
export function toApiJson(table: TomlTable): JsonObject {
  return Object.fromEntries(
    Object.entries(table).map(([key, value]) => [
      toCamelCase(key),
      OWN_KEYS.has(key) ? toJson(value, (inner) => inner) : toJson(value, toCamelCase),
    ]),
  );
}

/** The same table without a change of its keys. */
export function toPlainJson(table: TomlTable): JsonObject {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, toJson(value, (inner) => inner)]));
}

function toJson(value: unknown, rename: (key: string) => string): Json {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map((item: unknown) => toJson(item, rename));
  if (!isTable(value)) return String(value);
  const renamesBelow = (key: string): ((inner: string) => string) => (OWN_KEYS.has(key) ? (inner) => inner : rename);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [rename(key), toJson(inner, renamesBelow(key))]),
  );
}

function toCamelCase(key: string): string {
  return key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
