import { isAlias, isMap, isScalar, isSeq, parseAllDocuments, Scalar, type YAMLError } from "yaml";
import type { Diagnostic } from "../text/diagnostic.ts";
import { type SourceText, spanAt } from "../text/source-text.ts";
import { type BuildOptions, type NodeProperties, TreeBuilder } from "./tree-builder.ts";
import type { YamlNode } from "./yaml-node.ts";

export interface ReadDocuments {
  /** A document of nothing but comments is a null scalar. */
  readonly documents: readonly YamlNode[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads any YAML with the library's parser and composer: several documents, explicit keys, directives, and errors.
 *
 * Of syntax errors only the first is told: the others follow from it.
 *
 * @throws RangeError for nesting that no reader should follow.
 */
export function readDocuments(source: SourceText, options: BuildOptions): ReadDocuments {
  // Scalars stay text here (`failsafe`): what they mean is decided by whoever reads the tree.
  const parsed = parseAllDocuments(source.text, {
    schema: "failsafe",
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "silent",
  });
  const list = Array.isArray(parsed) ? parsed : [];
  const syntaxError = list.flatMap((document) => document.errors).sort((a, b) => a.pos[0] - b.pos[0])[0];
  // The library tells the end of the stack as an error in the text.
  if (syntaxError !== undefined && /stack/i.test(syntaxError.message)) throw new RangeError(syntaxError.message);
  if (syntaxError !== undefined) return { documents: [], diagnostics: [toDiagnostic(source, syntaxError)] };
  const documents: YamlNode[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const document of list) {
    const builder = new TreeBuilder(source, options);
    documents.push(convert(builder, document.contents, document.range[0]));
    diagnostics.push(...builder.diagnostics);
  }
  return { documents, diagnostics };
}

function convert(builder: TreeBuilder, node: unknown, emptyOffset: number): YamlNode {
  const empty = { text: "", plain: true, offset: emptyOffset };
  if (isAlias(node)) return builder.alias(node.source, node.range?.[0] ?? emptyOffset);
  if (isScalar(node)) {
    const offset = node.range?.[0] ?? emptyOffset;
    const plain = node.type === Scalar.PLAIN || node.type === undefined;
    return builder.scalar(
      { text: typeof node.value === "string" ? node.value : "", plain, offset },
      propertiesOf(node),
    );
  }
  if (isSeq(node)) {
    const offset = node.range?.[0] ?? emptyOffset;
    const items = node.items.map((item) => convert(builder, item, offset));
    return builder.sequence(items, offset, propertiesOf(node));
  }
  if (isMap(node)) {
    const offset = node.range?.[0] ?? emptyOffset;
    const pairs = node.items.map((pair) => {
      const key = convert(builder, pair.key, offset);
      return { key, value: convert(builder, pair.value, key.offset) };
    });
    return builder.mapping(pairs, offset, propertiesOf(node));
  }
  return builder.scalar(empty, { tag: undefined, anchor: undefined });
}

function propertiesOf(node: {
  readonly tag?: string | undefined;
  readonly anchor?: string | undefined;
}): NodeProperties {
  const { tag, anchor } = node;
  // The schema's own tags say no more than the kind of the node does, unless the user forces a string with `!!str`.
  const isKind = tag === "tag:yaml.org,2002:map" || tag === "tag:yaml.org,2002:seq";
  return { tag: isKind ? undefined : tag, anchor };
}

/** @source GY-10 */
function toDiagnostic(source: SourceText, error: YAMLError): Diagnostic {
  const at = spanAt(source, Math.min(error.pos[0], source.text.length));
  const hint = hintFor(source, error);
  return {
    severity: "error",
    code: "yaml-syntax",
    message: `(<unknown>): ${withSmallStart(error.message)} at line ${at.line} column ${at.column}`,
    at,
    ...(hint === undefined ? {} : { hint }),
  };
}

function hintFor(source: SourceText, error: YAMLError): string | undefined {
  const at = spanAt(source, error.pos[0]);
  const start = source.lineStarts[at.line - 1] ?? 0;
  const lineText = source.text.slice(start, source.lineStarts[at.line] ?? source.text.length);
  if (error.code === "TAB_AS_INDENT" || /^ *\t/.test(lineText))
    return "tabs are not allowed for indentation, use spaces";
  switch (error.code) {
    case "BAD_INDENT":
      return "the lines of one block start in the same column";
    case "BAD_SCALAR_START":
      return "put the text in quotes";
    case "BLOCK_AS_IMPLICIT_KEY":
    case "MULTILINE_IMPLICIT_KEY":
      return 'put text that holds ": " in quotes, and check the indentation of the lines around it';
    case "MISSING_CHAR":
      return "close what was opened before: a quote, ] or }";
    case "BAD_ALIAS":
      return "put text that starts with * or & in quotes";
    default:
      return undefined;
  }
}

function withSmallStart(message: string): string {
  return message.slice(0, 1).toLowerCase() + message.slice(1);
}
