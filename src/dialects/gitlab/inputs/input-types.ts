import { psychText, psychValue } from "../../../yaml/psych-scalar.ts";
import type { YamlNode } from "../../../yaml/yaml-node.ts";
import { jsonOf, shownNode } from "../include/shown-node.ts";

/** An integer or a number with a fraction. */
export function isFloatOf(node: YamlNode): boolean {
  if (node.kind !== "scalar" || (!node.plain && node.tag === undefined)) return false;
  const { type } = psychValue(node);
  return type === "integer" || type === "float";
}

export function shownType(node: YamlNode): string {
  return node.kind === "scalar" ? psychText(node) : shownNode(node);
}

/** The text that stands for a value inside of a longer text; lists as JSON. @source GY-72 */
export function inputText(node: YamlNode): string {
  return node.kind === "scalar" ? psychText(node) : jsonOf(node);
}

/** Whether two values are the same to GitLab: `1` is not `"1"`. */
export function isSameValue(a: YamlNode, b: YamlNode): boolean {
  return jsonOf(a) === jsonOf(b);
}
