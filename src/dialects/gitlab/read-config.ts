import type { DiagnosticCode } from "../../text/diagnostic-codes.ts";
import { toSourceText } from "../../text/source-text.ts";
import { psychText, psychValue } from "../../yaml/psych-scalar.ts";
import { readYaml, type YamlFile, type YamlOptions } from "../../yaml/read-yaml.ts";
import type { ScalarRules } from "../../yaml/tree-builder.ts";
import { carriesLocalTag, type YamlMapping, type YamlNode } from "../../yaml/yaml-node.ts";
import type { PipelineSource } from "../dialect.ts";
import { isNull } from "./config-values.ts";
import type { Report } from "./report.ts";

/** GitLab refuses more than 2 MiB and more than 100 levels. @source GY-9 */
export const LIMITS = { maxBytes: 2 * 1024 * 1024, maxNodes: 1_000_000, maxDepth: 100 } as const;

const HYPHEN = 45;

const PSYCH_SCALARS: ScalarRules = {
  toKey: psychText,
  findProblem(scalar) {
    const mayBeDate = scalar.text.charCodeAt(4) === HYPHEN || scalar.text.charCodeAt(5) === HYPHEN;
    if (!mayBeDate || psychValue(scalar).type !== "date") return undefined;
    return {
      message: `(<unknown>): Tried to load unspecified class: Date ("${scalar.text}")`,
      hint: `put the date in quotes: "${scalar.text}"`,
    };
  },
};

const YAML_OPTIONS: YamlOptions = { scalars: PSYCH_SCALARS, localTags: new Set(["!reference"]), limits: LIMITS };

/** A file's documents, tags still symbolic. */
export interface ConfigFile {
  /** `spec` and what is below it, when the file begins with one. */
  readonly header: YamlMapping | undefined;
  readonly content: YamlMapping;
}

/** What messages about one file begin with, and what they say where GitLab has other words for included files. */
export interface ConfigWording {
  /** Stands in front of a message: `` `a.yml`: ``. */
  readonly prefix: string;
  readonly empty: string;
  /** Stands in front of the reader's own words about bad YAML. */
  readonly badSyntax: string;
}

export const ROOT_WORDING: ConfigWording = {
  prefix: "",
  empty: "Please provide content of .gitlab-ci.yml",
  badSyntax: "",
};

/** @param trees of files that were read before; this one's is added. */
export function readTrees(source: PipelineSource, trees: WeakMap<object, YamlFile> | undefined): YamlFile {
  const known = trees?.get(source);
  if (known !== undefined) return known;
  const tree = readYaml(toSourceText(source.file, source.text), YAML_OPTIONS);
  trees?.set(source, tree);
  return tree;
}

/**
 * @returns undefined when the file cannot be used, which has been told.
 * @source GY-2, GY-3, GY-5
 */
export function readConfig(
  source: PipelineSource,
  report: Report,
  wording: ConfigWording = ROOT_WORDING,
  trees?: WeakMap<object, YamlFile>,
): ConfigFile | undefined {
  const reader = new ConfigReader(source, report, wording);
  return source.text.trim() === "" ? reader.refuseEmpty() : reader.read(readTrees(source, trees));
}

class ConfigReader {
  readonly #source: PipelineSource;
  readonly #report: Report;
  readonly #wording: ConfigWording;

  constructor(source: PipelineSource, report: Report, wording: ConfigWording) {
    this.#source = source;
    this.#report = report;
    this.#wording = wording;
  }

  read({ documents, diagnostics }: YamlFile): ConfigFile | undefined {
    const { badSyntax } = this.#wording;
    for (const found of diagnostics) {
      this.#report.add(found.severity === "error" ? { ...found, message: badSyntax + found.message } : found);
    }
    const [first, second, third] = documents;
    if (diagnostics.some(({ severity }) => severity === "error")) return undefined;
    if (first === undefined) return this.refuseEmpty();
    if (third !== undefined) {
      const text = "a pipeline file holds at most two documents: a header with `spec`, and the content";
      return this.#refuse("too-many-documents", text, third);
    }
    if (second !== undefined) return this.#withHeader(first, second);
    if (isNull(first) || isHeaderAlone(first)) return this.refuseEmpty();
    return this.#content(undefined, first);
  }

  refuseEmpty(): undefined {
    this.#report.add({
      severity: "error",
      code: "empty-file",
      message: this.#wording.empty,
      at: { file: this.#source.file, line: 1, column: 1 },
      hint: "add a job: a name, and below it a script",
    });
  }

  #withHeader(first: YamlNode, second: YamlNode): ConfigFile | undefined {
    const unknown = first.kind === "mapping" ? [...first.entries.keys()].filter((key) => key !== "spec") : [];
    if (!isNull(first) && (first.kind !== "mapping" || unknown.length > 0)) {
      const text =
        unknown.length === 0
          ? "header config should be a hash"
          : `header config contains unknown keys: ${unknown.join(", ")}`;
      const hint = "the first of two documents may hold only `spec`; remove the line `---` between them";
      return this.#refuse("invalid-header", text, first, hint, "header");
    }
    if (isNull(second)) return this.refuseEmpty();
    return this.#content(first.kind === "mapping" ? first : undefined, second);
  }

  #content(header: YamlMapping | undefined, content: YamlNode): ConfigFile | undefined {
    if (content.kind === "mapping" && !(carriesLocalTag(content) && content.tag !== undefined)) {
      return { header, content };
    }
    const hint = "a pipeline file is a mapping: job names, each with a script";
    return this.#refuse("invalid-format", "Invalid configuration format", content, hint);
  }

  #refuse(code: DiagnosticCode, text: string, at: YamlNode, hint?: string, path?: string): undefined {
    return this.#report.whole("error", { code, text: this.#wording.prefix + text, at, hint, path });
  }
}

function isHeaderAlone(node: YamlNode): boolean {
  return node.kind === "mapping" && node.entries.size === 1 && node.entries.has("spec");
}
