import { Document, Pair, Scalar, YAMLMap, YAMLSeq } from "yaml";

export type Writable = string | number | boolean | null | readonly Writable[] | WritableMap;

/** A mapping in the order it is written. Entries without a value are left out. */
export interface WritableMap {
  readonly entries: readonly WritableEntry[];
}

export interface WritableEntry {
  readonly key: string;
  readonly value: Writable | undefined;
  /** Stands above the key, one `#` a line. */
  readonly comment?: string;
}

/** @param fields pairs of a key and its value; `undefined` leaves the key out. */
export function mappingOf(
  fields: readonly (readonly [string, Writable | undefined, (string | undefined)?])[],
): WritableMap {
  return {
    entries: fields.map(([key, value, comment]) => ({ key, value, ...(comment === undefined ? {} : { comment }) })),
  };
}

/** One document. Texts that YAML 1.1 would read as something else are quoted as well: old systems read 1.1. */
export function writeYaml(root: WritableMap, header: readonly string[]): string {
  const document = new Document(null, { compat: "yaml-1.1" });
  document.contents = toNode(root);
  const comment = header.map((line) => `# ${line}\n`).join("");
  return `${comment}${document.toString({ lineWidth: 0, commentString: toComment })}`;
}

function toNode(value: Writable): Scalar | YAMLMap | YAMLSeq {
  if (typeof value !== "object" || value === null) return new Scalar(value);
  if (isMap(value)) return toMap(value);
  const list = new YAMLSeq();
  list.items = value.map(toNode);
  list.flow = value.length === 0;
  return list;
}

function toMap({ entries }: WritableMap): YAMLMap {
  const map = new YAMLMap();
  for (const { key, value, comment } of entries) {
    if (value === undefined) continue;
    const name = new Scalar(key);
    if (comment !== undefined) name.commentBefore = comment;
    map.items.push(new Pair(name, toNode(value)));
  }
  map.flow = map.items.length === 0;
  return map;
}

function isMap(value: readonly Writable[] | WritableMap): value is WritableMap {
  return !Array.isArray(value);
}

function toComment(text: string): string {
  return text
    .split("\n")
    .map((line) => `# ${line}`)
    .join("\n");
}
