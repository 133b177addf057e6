import type { YamlFile } from "../../../yaml/read-yaml.ts";
import type { YamlNode } from "../../../yaml/yaml-node.ts";
import type { GivenInputs } from "../../dialect.ts";
import { readTrees } from "../read-config.ts";
import type { Report } from "../report.ts";
import type { InputSpec } from "./input-spec.ts";

/**
 * Values from outside of the file, as if an include had given them. Those of the command line stand where the file
 * declares the input, for messages.
 *
 * @param root of the file, for what it does not declare.
 * @source GY-77
 */
export function nodesOfGiven(
  given: GivenInputs,
  specs: readonly InputSpec[],
  root: YamlNode,
  report: Report,
): ReadonlyMap<string, YamlNode> {
  const nodes = new Map<string, YamlNode>();
  for (const file of given.files) {
    for (const [name, node] of entriesOf(readTrees(file, undefined), file.file, report)) nodes.set(name, node);
  }
  const declared = new Map(specs.map((spec) => [spec.name, spec]));
  for (const [name, text] of given.texts) {
    const spec = declared.get(name);
    nodes.set(name, nodeOfText(text, spec?.type, spec?.key ?? root));
  }
  return nodes;
}

function entriesOf(
  { documents, diagnostics }: YamlFile,
  file: string,
  report: Report,
): readonly (readonly [string, YamlNode])[] {
  for (const found of diagnostics) report.add(found);
  const [root] = documents;
  if (root?.kind === "mapping") return [...root.entries].map(([name, { value }]) => [name, value] as const);
  const at = { file, line: 1, column: 1 };
  const message = "a file of inputs is a mapping: NAME: VALUE";
  report.add({ severity: "error", code: "invalid-input", message, at });
  return [];
}

/** A number or a boolean is written plainly; a list as JSON, which is YAML. */
export function nodeOfText(text: string, type: InputSpec["type"] | undefined, at: YamlNode): YamlNode {
  const { source, offset } = at;
  const list = type === "array" ? readTrees({ file: "--input", text }, undefined).documents[0] : undefined;
  if (list !== undefined) return { ...list, source, offset };
  return { kind: "scalar", text, plain: type === "number" || type === "boolean", tag: undefined, source, offset };
}
