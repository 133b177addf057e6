import { toSourceText } from "../../text/source-text.ts";
import { psychText, psychValue } from "../../yaml/psych-scalar.ts";
import { readYaml, type YamlOptions } from "../../yaml/read-yaml.ts";
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

/**
 * The file's content as a mapping, tags still symbolic.
 *
 * @source GY-2, GY-3, GY-5
 */
export function readConfig(source: PipelineSource, report: Report): YamlMapping | undefined {
  const text = toSourceText(source.file, source.text);
  if (text.text.trim() === "") return refuseEmpty(source, report);
  const file = readYaml(text, YAML_OPTIONS);
  for (const diagnostic of file.diagnostics) report.add(diagnostic);
  if (report.hasErrors) return undefined;
  const content = contentOf(file.documents, report);
  if (content === undefined) return report.hasErrors ? undefined : refuseEmpty(source, report);
  if (content.kind === "mapping" && !(carriesLocalTag(content) && content.tag !== undefined)) return content;
  return report.whole("error", {
    code: "invalid-format",
    text: "Invalid configuration format",
    at: content,
    hint: "a pipeline file is a mapping: job names, each with a script",
  });
}

/** The second of two documents, when the first is a `spec` header. */
function contentOf(documents: readonly YamlNode[], report: Report): YamlNode | undefined {
  const [first, second, third] = documents;
  if (first === undefined) return undefined;
  if (third !== undefined) {
    return report.whole("error", {
      code: "too-many-documents",
      text: "a pipeline file holds at most two documents: a header with `spec`, and the content",
      at: third,
    });
  }
  if (second === undefined) {
    if (first.kind === "mapping" && first.entries.size === 1 && first.entries.has("spec"))
      return noteSpec(first, report);
    return isNull(first) ? undefined : first;
  }
  if (!isHeader(first, report)) return undefined;
  noteSpec(first, report);
  return isNull(second) ? undefined : second;
}

function isHeader(first: YamlNode, report: Report): boolean {
  if (isNull(first)) return true;
  const unknown = first.kind === "mapping" ? [...first.entries.keys()].filter((key) => key !== "spec") : [];
  if (first.kind === "mapping" && unknown.length === 0) return true;
  report.whole("error", {
    code: "invalid-header",
    text:
      unknown.length === 0
        ? "header config should be a hash"
        : `header config contains unknown keys: ${unknown.join(", ")}`,
    path: "header",
    at: first,
    hint: "the first of two documents may hold only `spec`; remove the line `---` between them",
  });
  return false;
}

function noteSpec(header: YamlNode, report: Report): undefined {
  const spec = header.kind === "mapping" ? header.entries.get("spec") : undefined;
  if (spec !== undefined) report.notSupported("spec", "header:spec", spec.key, "$[[ inputs.X ]] is not replaced");
}

function refuseEmpty(source: PipelineSource, report: Report): undefined {
  report.add({
    severity: "error",
    code: "empty-file",
    message: `Please provide content of .gitlab-ci.yml`,
    at: { file: source.file, line: 1, column: 1 },
    hint: "add a job: a name, and below it a script",
  });
}
