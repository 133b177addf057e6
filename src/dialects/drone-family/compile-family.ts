// The way every dialect of the family takes: read, expand the matrix, replace parameters, build one job per cell.

import type { Job, Pipeline } from "../../model/pipeline.ts";
import { mappingOf, spanOf, type YamlMapping, type YamlNode } from "../../yaml/yaml-node.ts";
import type { CompiledPipeline, DialectContext, PipelineSource } from "../dialect.ts";
import { buildJob, type FileScope, type Workflow } from "./build-job.ts";
import { Findings } from "./findings.ts";
import { revealExpressions } from "./hidden-expressions.ts";
import { type Cell, readMatrix } from "./matrix.ts";
import { readDroneFile } from "./read-file.ts";
import type { DialectRules } from "./rules.ts";
import { type LookUp, reveal, substitute } from "./substitute.ts";
import { systemVariables } from "./system-variables/system-variables.ts";
import { type Trigger, toTrigger } from "./trigger.ts";
import { isNull, valueOf } from "./values.ts";
import { sourceFolder } from "./workspace.ts";

/** Documents of one file, mappings all of them, with what is needed to make jobs of them. */
export interface OpenedFile extends FileScope {
  readonly source: PipelineSource;
  readonly documents: readonly YamlMapping[];
  /** Where the file begins, for findings about it as a whole. */
  readonly start: YamlNode | undefined;
}

export function openFile(source: PipelineSource, rules: DialectRules, context: DialectContext): OpenedFile {
  const findings = new Findings();
  const file = readDroneFile(source);
  for (const found of file.diagnostics) findings.add({ ...found, message: revealExpressions(found.message) });
  const documents = file.documents.filter((document) => !isNull(document));
  const [first] = file.documents;
  if (documents.length === 0 && !findings.hasErrors) {
    findings.add({
      severity: "error",
      code: "empty-file",
      message: "the file holds nothing to run",
      at: first === undefined ? { file: source.file, line: 1, column: 1 } : spanOf(first),
    });
  }
  return {
    source,
    rules,
    findings,
    context,
    trigger: toTrigger(context),
    start: first,
    documents: documents.flatMap((document) => {
      if (document.kind === "mapping") return [document];
      findings.error({
        code: "invalid-file",
        text: "expected a mapping of sections at the top of the file",
        at: document,
      });
      return [];
    }),
  };
}

/** Of dialects with one document a file. @source DR-25 */
export function onlyDocument(file: OpenedFile): readonly YamlMapping[] {
  const [first, second] = file.documents;
  if (second !== undefined) {
    const text = `${file.rules.label} reads one document a file; what follows the first is left out`;
    file.findings.warn({ code: "too-many-documents", text, at: second });
  }
  return first === undefined ? [] : [first];
}

/** A document without the sections that nobody reads: what stands in them is nobody's finding. */
export function keepSections(document: YamlMapping, names: readonly string[]): YamlMapping {
  const kept = new Set([...names, "x-outrigger"]);
  return mappingOf(document, new Map([...document.entries].filter(([name]) => kept.has(name))));
}

/** What becomes of the parameters in a text: 0.5 and later, or 0.4's own way. */
export type Substitution = (node: YamlNode, cell: Cell, file: FileScope) => YamlNode;

/** Names a file may use: the command line, the matrix, the system's own. */
function parametersOf(cell: Cell, file: FileScope): LookUp {
  const system = new Map(systemNames(file.rules, file.context, file.trigger));
  return (name) => file.context.variables.get(name)?.value ?? cell.get(name) ?? system.get(name);
}

function systemNames(
  rules: DialectRules,
  context: DialectContext,
  trigger: Trigger,
): readonly (readonly [string, string])[] {
  const path = `/${sourceFolder(trigger.repository)}`;
  const values = systemVariables(rules, context, trigger, {
    name: "",
    number: 1,
    workspaceBase: "/drone",
    workspacePath: path,
  });
  // Without the prefix too: 0.5 and 0.6 knew `${TAG}`, `${BRANCH}`, `${COMMIT}`.
  if (rules.id !== "drone-0.5" && rules.id !== "drone-0.8") return values;
  const short = values.flatMap(([name, value]) => (name.startsWith("DRONE_") ? [[name.slice(6), value] as const] : []));
  return [...short, ...values];
}

export const substituteParameters: Substitution = (node, cell, file) => {
  const secrets = file.rules.id === "drone-0.5" ? file.context.secrets : undefined;
  const known = parametersOf(cell, file);
  return substitute(node, (name) => known(name) ?? secrets?.get(name), file.findings);
};

/**
 * The jobs of one document: one per cell of its matrix, in file order.
 *
 * @param toWorkflow reads the document of one cell, parameters replaced; undefined when nothing can be made of it.
 */
export function buildJobs(
  document: YamlMapping,
  file: OpenedFile,
  substitution: Substitution,
  toWorkflow: (document: YamlMapping, cell: Cell) => Workflow | undefined,
  firstNumber = 1,
): readonly Job[] {
  const matrix = valueOf(document, "matrix");
  const cells = readMatrix(matrix === undefined ? undefined : reveal(matrix), file.findings);
  const jobs: Job[] = [];
  for (const cell of cells) {
    const replaced = substitution(document, cell, file);
    const workflow = replaced.kind === "mapping" ? toWorkflow(replaced, cell) : undefined;
    if (workflow !== undefined) jobs.push(buildJob(workflow, firstNumber + jobs.length, file));
  }
  return jobs;
}

export function toCompiled(file: OpenedFile, jobs: readonly Job[]): CompiledPipeline {
  const pipeline: Pipeline = {
    dialect: file.rules.id,
    file: file.source.file,
    stages: [],
    jobs: withUniqueNames(jobs),
  };
  return { pipeline: jobs.length === 0 ? undefined : pipeline, diagnostics: file.findings.diagnostics() };
}

/** Two cells may look alike (`include` may repeat one); names of jobs may not. */
function withUniqueNames(jobs: readonly Job[]): readonly Job[] {
  const seen = new Map<string, number>();
  return jobs.map((job) => {
    const count = (seen.get(job.name) ?? 0) + 1;
    seen.set(job.name, count);
    return count === 1 ? job : { ...job, name: `${job.name} (${count})` };
  });
}
