import type { YamlNode } from "../../yaml/yaml-node.ts";
import type { Section } from "./read-section.ts";

const LOCALHOST = /(?<![\w.-])(?:localhost|127\.0\.0\.1)(?![\w-]|\.\w)/;

/** A command, a variable or a setting of a step names this machine. @source DR-24, DR-111, DR-119 */
export function findLocalhost(sections: readonly Section[]): boolean {
  return sections.some((section) => section.kind === "step" && someText(section.node, (text) => LOCALHOST.test(text)));
}

export function someText(node: YamlNode, test: (text: string) => boolean): boolean {
  if (node.kind === "scalar") return test(node.text);
  if (node.kind === "sequence") return node.items.some((item) => someText(item, test));
  return [...node.entries.values()].some(({ value }) => someText(value, test));
}
