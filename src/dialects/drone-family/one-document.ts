import type { YamlMapping } from "../../yaml/yaml-node.ts";
import type { CompiledPipeline, DialectContext, PipelineSource } from "../dialect.ts";
import { judgeBranches } from "./branch-filter.ts";
import type { Workflow } from "./build-job.ts";
import {
  buildJobs,
  keepSections,
  type OpenedFile,
  onlyDocument,
  openFile,
  type Substitution,
  toCompiled,
} from "./compile-family.ts";
import type { Cell } from "./matrix.ts";
import type { DialectRules } from "./rules.ts";
import { checkTopLevel, type QuietKeys } from "./top-level.ts";
import { valueOf } from "./values.ts";

/** A dialect with one document a file, which is one job for each cell of its matrix. */
export interface DocumentShape {
  readonly rules: DialectRules;
  readonly substitution: Substitution;
  /** Sections of the file that are known. */
  readonly read: readonly string[];
  readonly quiet: QuietKeys;
  /** Sections whose values are looked at; those that `read` names when absent. */
  readonly kept?: readonly string[];
  /**
   * Looks at the document as it is written.
   *
   * @returns how to read one cell, parameters replaced; undefined when there is nothing to run, which was told.
   */
  open(document: YamlMapping, file: OpenedFile): ReadCell | undefined;
}

export type ReadCell = (document: YamlMapping, cell: Cell) => Workflow;

export function compileOneDocument(
  source: PipelineSource,
  context: DialectContext,
  shape: DocumentShape,
): CompiledPipeline {
  const file = openFile(source, shape.rules, context);
  const jobs = onlyDocument(file).flatMap((document) => {
    checkTopLevel(document, shape.read, shape.quiet, file);
    const readCell = shape.open(document, file);
    if (readCell === undefined) return [];
    return buildJobs(keepSections(document, shape.kept ?? shape.read), file, shape.substitution, readCell);
  });
  return toCompiled(file, jobs);
}

/** What a workflow of the old dialects is unless its own says otherwise. */
export function toPlainWorkflow(
  document: YamlMapping,
  cell: Cell,
  file: OpenedFile,
  own: Pick<Workflow, "sections" | "workspace"> & Partial<Workflow>,
): Workflow {
  return {
    name: "build",
    at: document,
    needs: [],
    verdict: judgeBranches(document, file),
    cell,
    own: valueOf(document, "x-outrigger"),
    environment: undefined,
    volumes: new Map(),
    ...own,
  };
}
