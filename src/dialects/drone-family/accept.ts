// Values in every form that any of the old systems took (DR-60). What the dialect at hand would have refused is told.

import { parseSize } from "../../text/bytes.ts";
import { splitShellWords } from "../../text/shell-words.ts";
import type { YamlNode } from "../../yaml/yaml-node.ts";
import type { Place } from "./scope.ts";
import { booleanOf, isNull, textOf, textsOf } from "./values.ts";

export function refuse(at: YamlNode, path: string, expected: string, place: Place): undefined {
  place.scope.findings.error({ code: "invalid-value", text: `${path}: expected ${expected}`, at, path });
}

/** The field that is there and not null. */
export function presentField(place: Place, key: string): YamlNode | undefined {
  const node = place.fields.get(key)?.value;
  return node === undefined || isNull(node) ? undefined : node;
}

export function readText(place: Place, key: string): string | undefined {
  const node = presentField(place, key);
  if (node === undefined) return undefined;
  return textOf(node) ?? refuse(node, `${place.path}.${key}`, "a text", place);
}

export function readBoolean(place: Place, key: string): boolean | undefined {
  const node = presentField(place, key);
  if (node === undefined) return undefined;
  return booleanOf(node) ?? refuse(node, `${place.path}.${key}`, "true or false", place);
}

/** A list of texts; one text counts as a list of one. */
export function readTexts(place: Place, key: string): readonly string[] | undefined {
  const node = presentField(place, key);
  if (node === undefined) return undefined;
  return textsOf(node) ?? refuse(node, `${place.path}.${key}`, "a text or a list of texts", place);
}

/** `NAME=VALUE` items or a mapping, in file order; scalars keep their spelling. A null stands for "not set". */
export function readPairs(place: Place, key: string): readonly (readonly [string, YamlNode, string])[] | undefined {
  const node = presentField(place, key);
  if (node === undefined) return undefined;
  if (node.kind === "mapping") {
    return [...node.entries.values()].flatMap((entry) => {
      const text = textOf(entry.value);
      return text === undefined ? [] : [[entry.key.text, entry.value, text] as const];
    });
  }
  const items = node.kind === "sequence" ? node.items : [node];
  return items.flatMap((item) => {
    const text = textOf(item);
    if (text === undefined) {
      refuse(item, `${place.path}.${key}`, "NAME=VALUE", place);
      return [];
    }
    const equals = text.indexOf("=");
    return equals === -1 ? [] : [[text.slice(0, equals), item, text.slice(equals + 1)] as const];
  });
}

/** argv: a list as it is, a text split as a shell does (DR-47). */
export function readArgv(place: Place, key: string): readonly string[] | undefined {
  const node = presentField(place, key);
  if (node === undefined) return undefined;
  const path = `${place.path}.${key}`;
  if (node.kind !== "scalar") return textsOf(node) ?? refuse(node, path, "a text or a list of texts", place);
  const words = splitShellWords(node.text);
  if (words === undefined) return refuse(node, path, "every quote to be closed", place);
  return words;
}

export function readSize(place: Place, key: string): number | undefined {
  const text = readText(place, key);
  if (text === undefined) return undefined;
  const node = presentField(place, key);
  const bytes = parseSize(text);
  if (node === undefined) return bytes;
  if (bytes !== undefined) {
    const isOdd = place.scope.rules.wantsBytes && !/^\d+$/.test(text.trim());
    if (isOdd) warnForm(place, node, `${place.path}.${key}`, `"${text}"; it wants a number of bytes`);
    return bytes;
  }
  return refuse(node, `${place.path}.${key}`, `bytes or a size such as 512m or 1g, not "${text}"`, place);
}

export function readNumber(place: Place, key: string, lowest: number, highest: number): number | undefined {
  const text = readText(place, key);
  const node = presentField(place, key);
  if (text === undefined || node === undefined) return undefined;
  const number = /^[-+]?\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (number >= lowest && number <= highest) return number;
  return refuse(node, `${place.path}.${key}`, `a number from ${lowest} to ${highest}, not "${text}"`, place);
}

/** The old system would have stopped at this form; here it works, and the file cannot be taken back as it is. */
export function warnForm(place: Place, at: YamlNode, path: string, form: string): void {
  place.scope.findings.warn({
    code: "refused-by-original",
    text: `${path}: ${place.scope.rules.label} would have refused ${form}`,
    at,
    path,
  });
}
