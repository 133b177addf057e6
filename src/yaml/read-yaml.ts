import { formatBytes } from "../text/bytes.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import type { DiagnosticCode } from "../text/diagnostic-codes.ts";
import { type SourceText, spanAt } from "../text/source-text.ts";
import { readDocuments } from "./read-documents.ts";
import { readOrdinary } from "./read-ordinary.ts";
import { readParts } from "./read-parts.ts";
import { type BuildOptions, type ScalarRules, TreeBuilder } from "./tree-builder.ts";
import { depthOf, weightOf, type YamlNode } from "./yaml-node.ts";

export interface YamlOptions {
  readonly scalars: ScalarRules;
  readonly localTags: ReadonlySet<string>;
  readonly limits: YamlLimits;
  readonly repeatedKeys?: "keep";
}

export interface YamlLimits {
  readonly maxBytes: number;
  /** Nodes of one document with every alias written out: a small file may stand for billions. */
  readonly maxNodes: number;
  readonly maxDepth: number;
}

export interface YamlFile {
  /** Empty when the file cannot be read; a null scalar for a document without content. */
  readonly documents: readonly YamlNode[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads a whole file, in time linear to its size whatever it holds.
 *
 * @source GY-5, GY-9, GY-10
 */
export function readYaml(source: SourceText, options: YamlOptions): YamlFile {
  const { limits } = options;
  const bytes = source.text.length > limits.maxBytes ? source.text.length : Buffer.byteLength(source.text);
  if (bytes > limits.maxBytes) {
    const limit = `at most ${formatBytes(limits.maxBytes)} are read`;
    return refuse(source, "yaml-too-big", `The parsed YAML is too big: the file has ${formatBytes(bytes)}, ${limit}`);
  }
  const encoding = findEncodingProblem(source);
  if (encoding !== undefined) return encoding;
  return checkLimits(source, readTrees(source, options, limits), limits);
}

function readTrees(source: SourceText, options: YamlOptions, limits: YamlLimits): YamlFile {
  const buildOptions: BuildOptions = { ...options, maxNodes: limits.maxNodes };
  const builder = new TreeBuilder(source, buildOptions);
  try {
    const root = readOrdinary(builder);
    if (root !== undefined) return { documents: [root], diagnostics: builder.diagnostics };
    if (builder.exhausted) return tooBig(source, limits);
    const parts = readParts(source, buildOptions);
    if (parts === undefined) return readDocuments(source, buildOptions);
    return { documents: parts.documents, diagnostics: parts.builders.flatMap((one) => one.diagnostics) };
  } catch (error) {
    // Both readers descend by recursion; thousands of open brackets must not end the stack.
    if (error instanceof RangeError) return tooDeep(source, limits);
    throw error;
  }
}

function checkLimits(source: SourceText, file: YamlFile, limits: YamlLimits): YamlFile {
  if (file.documents.some((root) => weightOf(root) > limits.maxNodes)) return tooBig(source, limits);
  if (file.documents.some((root) => depthOf(root) > limits.maxDepth)) return tooDeep(source, limits);
  return file;
}

function tooBig(source: SourceText, limits: YamlLimits): YamlFile {
  const message = `The parsed YAML is too big: with every alias written out it has more than ${limits.maxNodes} values`;
  return refuse(source, "yaml-too-big", message, "use fewer aliases of aliases");
}

function tooDeep(source: SourceText, limits: YamlLimits): YamlFile {
  return refuse(source, "yaml-too-deep", `The parsed YAML is too deep: at most ${limits.maxDepth} levels are read`);
}

function findEncodingProblem(source: SourceText): YamlFile | undefined {
  const nul = source.text.indexOf("\0");
  if (nul !== -1) {
    const message = "the file is not text in UTF-8: it holds a NUL character";
    return refuse(source, "not-utf-8", message, "save the file as UTF-8", nul);
  }
  const replaced = source.text.indexOf("\uFFFD");
  if (replaced === -1) return undefined;
  return refuse(source, "not-utf-8", "the file is not text in UTF-8", "save the file as UTF-8", replaced);
}

function refuse(source: SourceText, code: DiagnosticCode, message: string, hint?: string, offset = 0): YamlFile {
  const at = spanAt(source, offset);
  return {
    documents: [],
    diagnostics: [{ severity: "error", code, message, at, ...(hint === undefined ? {} : { hint }) }],
  };
}
