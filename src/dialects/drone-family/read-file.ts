import { type SourceText, toSourceText } from "../../text/source-text.ts";
import { readYaml, type YamlFile, type YamlOptions } from "../../yaml/read-yaml.ts";
import type { PipelineSource } from "../dialect.ts";
import { hideExpressions } from "./hidden-expressions.ts";

const OPTIONS: YamlOptions = {
  scalars: { toKey: (key) => key.text, findProblem: () => undefined },
  localTags: new Set(),
  limits: { maxBytes: 2 * 1024 * 1024, maxNodes: 1_000_000, maxDepth: 100 },
  repeatedKeys: "keep",
};

/** The file's documents, repeated keys kept (DR-36), expressions still hidden. */
export function readDroneFile(source: PipelineSource): YamlFile & { readonly text: SourceText } {
  const text = toSourceText(source.file, hideExpressions(source.text));
  const file = readYaml(text, OPTIONS);
  return { ...file, text };
}
