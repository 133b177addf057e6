// `.gitlab-ci.yml`: read -> references -> extends -> check -> variables -> model. Each step is a file of its name.

import type { Pipeline } from "../../model/pipeline.ts";
import { withoutUndefined } from "../../text/without-undefined.ts";
import { weightOf, type YamlMapping } from "../../yaml/yaml-node.ts";
import type { CompiledPipeline, Dialect, DialectContext, IncludedSource, PipelineSource } from "../dialect.ts";
import { AwaitedReports } from "./awaited-reports.ts";
import { buildJob, type JobPlace } from "./build-job.ts";
import { KeptBuilder } from "./build-kept.ts";
import { awaitsChanges } from "./change-base.ts";
import { checkOrder } from "./check-order.ts";
import { checkReach } from "./check-reach.ts";
import { addChildPipelines } from "./child-pipelines.ts";
import { decidePipeline } from "./decisions/decide-pipeline.ts";
import { decideWorkflow } from "./decisions/decide-workflow.ts";
import { FileConditions } from "./decisions/file-conditions.ts";
import { expandParallel } from "./expand-parallel.ts";
import { resolveExtends } from "./extends.ts";
import { type GivenFor, givenVariables } from "./file-variables.ts";
import { expandIncludes } from "./include/expand-includes.ts";
import type { JobDeclaration } from "./job-declaration.ts";
import { VariableAssembly } from "./job-variables.ts";
import { type OwnSettings, readOwnSettings } from "./own-settings.ts";
import { sourcePathOf } from "./predefined.ts";
import { LIMITS, ROOT_WORDING, readConfig } from "./read-config.ts";
import { type PipelineDeclaration, readPipeline } from "./read-pipeline.ts";
import { resolveReferences } from "./references.ts";
import { Report } from "./report.ts";
import { ShellOperators } from "./shell-operators.ts";
import { UnsetVariables } from "./unset-variables.ts";

export const gitlabDialect: Dialect = { id: "gitlab", compile };

function compile(source: PipelineSource, from: DialectContext): CompiledPipeline {
  const givenFor = givenVariables(from);
  const context = { ...from, variables: givenFor(undefined) };
  const report = new Report();
  if (awaitsChanges(source.text, context)) return { pipeline: undefined, diagnostics: [] };
  const files = new FileConditions(context, report);
  const { root, document, included } = resolveRoot(source, context, files, report);
  const rest = { included, ...(context.keepDocument === undefined || document === undefined ? {} : { document }) };
  const nothing = (): CompiledPipeline => ({ pipeline: undefined, diagnostics: report.diagnostics(), ...rest });
  if (root === undefined) return nothing();
  const declared = readPipeline(root, context.jobInputs ?? new Map(), report);
  const expanded = expandParallel(declared.jobs, report);
  checkOrder(declared, expanded, report);
  checkReach(declared, report);
  if (!fitsVariables(expanded.jobs, root, report)) return nothing();
  const pipeline = buildPipeline(
    source,
    { context, givenFor, declared, files, jobs: expanded.jobs, own: readOwnSettings(root, report) },
    report,
  );
  const whole = addChildPipelines(pipeline, context, compile);
  return {
    ...rest,
    pipeline: whole.pipeline,
    diagnostics: [...report.diagnostics(), ...whole.diagnostics],
    included: whole.included.size === 0 ? included : new Map([...included, ...whole.included]),
  };
}

interface Checked {
  readonly context: DialectContext;
  readonly givenFor: GivenFor;
  readonly declared: PipelineDeclaration;
  readonly files: FileConditions;
  /** Instances in the place of those that the file multiplies. */
  readonly jobs: readonly JobDeclaration[];
  readonly own: OwnSettings;
}

function buildPipeline(source: PipelineSource, checked: Checked, report: Report): Pipeline {
  const { context, declared, files, own } = checked;
  const workflow = decideWorkflow(declared, context, source.file, files);
  const assembly = new VariableAssembly(context, source.file, checked.givenFor, workflow, report);
  const decided = decidePipeline(checked.jobs, { context, assembly, files, workflow, report });
  const place: JobPlace = {
    sourcePath: sourcePathOf(context.facts),
    jobNames: new Set(checked.jobs.map((job) => job.name)),
    own,
    kept: new KeptBuilder(),
  };
  const unset = new UnsetVariables(declared, report);
  const operators = new ShellOperators(report);
  const reports = new AwaitedReports(checked.jobs, declared.stages, context);
  return {
    dialect: "gitlab",
    file: source.file,
    stages: stagesOf(declared),
    jobs: decided.jobs.map((one) => {
      const variables = { ...one.draft.finish(one.variables), awaitsReports: reports.reach(one.job) };
      unset.check(one.job, variables);
      operators.check(one.job);
      return buildJob(one, variables, place, report);
    }),
    ...withoutUndefined({
      name: workflow.name,
      decision: workflow.decision,
      nothingRuns: decided.nothingRuns,
      cancelOnFailure: workflow.autoCancel?.onJobFailure === "all" ? (true as const) : undefined,
    }),
  };
}

interface ResolvedRoot {
  /** Undefined: there is nothing to go on with, or files are still to be fetched. */
  readonly root: YamlMapping | undefined;
  /** The same, or what there is of it. */
  readonly document?: YamlMapping | undefined;
  readonly included: ReadonlyMap<string, IncludedSource>;
}

function resolveRoot(
  source: PipelineSource,
  context: DialectContext,
  files: FileConditions,
  report: Report,
): ResolvedRoot {
  const config = readConfig(source, report, ROOT_WORDING, context.files?.trees);
  if (config === undefined) return { root: undefined, included: new Map() };
  const { root: merged, sources: included } = expandIncludes(config, source, context, files, report);
  if (context.keepDocument === "own") return { root: undefined, document: merged, included };
  const root = merged && resolveStructure(merged, report);
  return { root, document: root ?? merged, included };
}

/** GitLab stops at the first of these steps that fails, and so do we: what comes after would only repeat it. */
function resolveStructure(merged: YamlMapping, report: Report): YamlMapping | undefined {
  // An include that failed hides nothing of the rest.
  const before = report.errorCount;
  const referenced = resolveReferences(merged, report);
  if (report.errorCount > before) return undefined;
  const root = resolveExtends(referenced, report);
  if (report.errorCount > before) return undefined;
  if (weightOf(root) <= LIMITS.maxNodes) return root;
  const text = `The parsed YAML is too big: with references and extends written out it has more than ${LIMITS.maxNodes} values`;
  return report.whole("error", { code: "yaml-too-big", text, at: root });
}

/** Every job's stage is one of the pipeline's, also where the file's own list lacks it. */
function stagesOf(declared: PipelineDeclaration): readonly string[] {
  const known = new Set(declared.stages);
  const missing = new Set(declared.jobs.map((job) => job.stage).filter((stage) => !known.has(stage)));
  return missing.size === 0
    ? declared.stages
    : [...declared.stages.slice(0, -1), ...missing, ...declared.stages.slice(-1)];
}

const MAX_VARIABLES = 5_000_000;

/** Every job has its own copy of the global variables; a small file can make that more than any memory holds. */
function fitsVariables(jobs: readonly JobDeclaration[], root: YamlMapping, report: Report): boolean {
  const count = jobs.reduce((total, job) => total + job.globals.length + job.variables.length, 0);
  if (count <= MAX_VARIABLES) return true;
  report.whole("error", {
    code: "yaml-too-big",
    text: "The parsed YAML is too big: too many variables in too many jobs",
    at: root,
  });
  return false;
}
