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
  const hidden = read(source.file, hideExpressions(source.text));
  if (hidden.documents.length > 0) return hidden;
  // What looked like an expression may have been an open one that swallowed a bracket of the file's own.
  const plain = read(source.file, source.text);
  return plain.documents.length > 0 ? plain : hidden;
}

function read(file: string, content: string): ReturnType<typeof readDroneFile> {
  const text = toSourceText(file, content);
  return { ...readYaml(text, OPTIONS), text };
}
