import { psychValue } from "../../../yaml/psych-scalar.ts";
import type { YamlNode } from "../../../yaml/yaml-node.ts";

const MAX_LENGTH = 200;
const MAX_LEVELS = 4;

/** A value as GitLab's messages print it: as JSON, in one line; a long or deep one is cut. */
export function shownNode(node: YamlNode): string {
  const text = toJson(node, MAX_LEVELS);
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}

/** The whole of it. */
export function jsonOf(node: YamlNode): string {
  return toJson(node, Number.POSITIVE_INFINITY);
}

function toJson(node: YamlNode, levels: number): string {
  if (node.kind === "scalar") return scalarToJson(node);
  if (levels === 0) return "…";
  if (node.kind === "sequence") return `[${node.items.map((item) => toJson(item, levels - 1)).join(",")}]`;
  const pairs = [...node.entries].map(([key, { value }]) => `${JSON.stringify(key)}:${toJson(value, levels - 1)}`);
  return `{${pairs.join(",")}}`;
}

function scalarToJson(node: Extract<YamlNode, { kind: "scalar" }>): string {
  if (!node.plain && node.tag === undefined) return JSON.stringify(node.text);
  const value = psychValue(node);
  if (value.type === "null") return "null";
  return value.type === "string" || value.type === "date" ? JSON.stringify(value.text) : value.text;
}
