import type { Job, JobNeed, Pipeline } from "../../model/pipeline.ts";
import type { Trigger } from "../../model/trigger.ts";
import type { Variable } from "../../model/variables.ts";
import type { Diagnostic } from "../../text/diagnostic.ts";
import type { CompiledPipeline, DialectContext, GivenVariable, IncludedSource, PipelineSource } from "../dialect.ts";

/** @source GY-239 */
const MAX_DEPTH = 2;

/** Where variables come from that a trigger job does not hand on: all but the file's own. */
const NOT_OF_THE_FILE: ReadonlySet<string> = new Set(["predefined", "command line", "env file", "secret"]);

type ChildTrigger = Extract<Trigger, { readonly kind: "child" }>;

export interface WithChildren {
  readonly pipeline: Pipeline;
  readonly diagnostics: readonly Diagnostic[];
  readonly included: ReadonlyMap<string, IncludedSource>;
}

/**
 * Puts the jobs of child pipelines behind the jobs that start them. They keep their order among themselves, whatever the
 * stages of this pipeline are. One that cannot be made is a warning, and makes its job fail when that runs: GitLab reads
 * these files no sooner.
 *
 * @source GY-239, GY-240
 */
export function addChildPipelines(
  pipeline: Pipeline,
  context: DialectContext,
  compile: (source: PipelineSource, context: DialectContext) => CompiledPipeline,
): WithChildren {
  const diagnostics: Diagnostic[] = [];
  const included = new Map<string, IncludedSource>();
  const jobs = pipeline.jobs.flatMap((job, index) => {
    const source = job.when === "never" ? undefined : sourceOf(job, context);
    const { trigger } = job;
    if (source === undefined || trigger?.kind !== "child") return [job];
    const depth = (context.depth ?? 0) + 1;
    if (depth > MAX_DEPTH) {
      const found = tooDeep(job, trigger);
      diagnostics.push(asWarning(found, job.name));
      return [withProblem(job, trigger, found)];
    }
    const pipelineId = context.run.pipelineId + index + 1;
    const child = compile(source, {
      ...contextFor(job, trigger, context),
      depth,
      run: { ...context.run, pipelineId },
    });
    const found = child.diagnostics.map((one) => atTrigger(one, source, trigger));
    for (const [name, one] of child.included ?? []) included.set(name, one);
    const error = found.find(({ severity }) => severity === "error");
    // What a file holds that nobody has read is not known.
    const isKnown = !found.some(({ code, severity }) => severity === "error" || code === "include-not-read");
    const empty = isKnown ? nothingToRun(job, trigger, child.pipeline) : undefined;
    diagnostics.push(...[...found, ...(empty === undefined ? [] : [empty])].map((one) => asWarning(one, job.name)));
    const problem = error ?? empty;
    if (problem !== undefined) return [withProblem(job, trigger, problem)];
    return [job, ...(child.pipeline === undefined ? [] : adopt(job, child.pipeline))];
  });
  return { pipeline: { ...pipeline, jobs }, diagnostics, included };
}

function withProblem(job: Job, trigger: ChildTrigger, { message, at }: Diagnostic): Job {
  return { ...job, trigger: { ...trigger, problem: { text: message, at } } };
}

/** GitLab makes no pipeline without jobs. */
function nothingToRun(job: Job, { at }: ChildTrigger, child: Pipeline | undefined): Diagnostic | undefined {
  if (child === undefined || child.jobs.some((one) => one.when !== "never")) return undefined;
  const message = `${job.name}: the child pipeline has nothing to run: ${child.nothingRuns ?? "no job is left"}`;
  return { severity: "error", code: "invalid-trigger", path: `jobs:${job.name}:trigger`, message, at };
}

/** A file that includes what the trigger names, as GitLab makes one. JSON is YAML. */
function sourceOf({ name, trigger }: Job, { starting }: DialectContext): PipelineSource | undefined {
  if (trigger?.kind !== "child") return undefined;
  // What earlier jobs leave is not there before they have run.
  const isMade = starting?.some((one) => one.trigger === name) === true;
  if (!isMade && trigger.includes.some((one) => one.kind === "artifact")) return undefined;
  const include = trigger.includes.flatMap((one) => {
    if (one.kind === "other") return [];
    const file = one.kind === "artifact" ? { artifact: one.file, job: one.job } : { local: one.file };
    return { ...file, ...(one.inputs.size === 0 ? {} : { inputs: Object.fromEntries(one.inputs) }) };
  });
  return include.length === 0
    ? undefined
    : { file: `pipeline of ${JSON.stringify(name)}`, text: JSON.stringify({ include }) };
}

/** Nothing of what was given from outside but what the trigger hands on. */
function contextFor(job: Job, { forward }: ChildTrigger, context: DialectContext): DialectContext {
  const { inputs: _, reported: __, starting: ___, made: ____, ...rest } = context;
  const own = [...job.variables].filter(([, variable]) => forward.ownVariables && isOfFile(variable));
  const given: readonly (readonly [string, GivenVariable])[] = own.map(([name, { value, masked }]) => [
    name,
    { value, masked, origin: `job ${job.name}` },
  ]);
  return {
    ...rest,
    ...namedInside(job.name, context),
    jobInputs: new Map(
      [...(context.jobInputs ?? [])].flatMap(([name, text]) =>
        name.startsWith(`${job.name}/`) ? [[name.slice(job.name.length + 1), text] as const] : [],
      ),
    ),
    variables: new Map([...(forward.pipelineVariables ? context.variables : []), ...given]),
    trigger: { ...context.trigger, event: "parent_pipeline" },
  };
}

/** What is about one job of this pipeline, with the name that it has in the one below; nothing else of it. */
function namedInside(
  bridge: string,
  { reported, starting }: DialectContext,
): Pick<DialectContext, "reported" | "starting" | "made"> {
  const isBelow = (name: string): boolean => name.startsWith(`${bridge}/`);
  const inner = (name: string): string => name.slice(bridge.length + 1);
  const made = starting?.find((one) => one.trigger === bridge)?.made;
  const below = starting?.filter((one) => isBelow(one.trigger)) ?? [];
  const jobs = new Set([...(reported?.jobs ?? [])].filter(isBelow).map(inner));
  return {
    ...(reported === undefined || jobs.size === 0 ? {} : { reported: { ...reported, jobs } }),
    ...(below.length === 0 ? {} : { starting: below.map((one) => ({ ...one, trigger: inner(one.trigger) })) }),
    ...(made === undefined ? {} : { made }),
  };
}

function isOfFile({ origin, fileContent }: Variable): boolean {
  return !NOT_OF_THE_FILE.has(origin) && fileContent === undefined;
}

function atTrigger(found: Diagnostic, source: PipelineSource, trigger: ChildTrigger): Diagnostic {
  return found.at.file === source.file ? { ...found, at: trigger.at } : found;
}

/** GitLab takes the file: the job fails when it is its turn to start the pipeline. */
function asWarning(found: Diagnostic, job: string): Diagnostic {
  if (found.severity !== "error") return found;
  const consequence = `the job "${job}" fails when it starts its pipeline`;
  return {
    ...found,
    severity: "warning",
    hint: found.hint === undefined ? consequence : `${found.hint}; ${consequence}`,
  };
}

/** Its jobs under names and in a stage of this pipeline; what they wait for is what it was, and never a stage of this one. */
function adopt(bridge: Job, child: Pipeline): readonly Job[] {
  const nameOf = (name: string): string => `${bridge.name}/${name}`;
  const needsByStage = needsOfStages(child, nameOf);
  return child.jobs.map((job): Job => {
    const { order, stage: _, ...rest } = job;
    const needs =
      order.kind === "needs"
        ? order.needs.map((need): JobNeed => ({ ...need, job: nameOf(need.job) }))
        : (needsByStage.get(job.stage ?? "") ?? []);
    return {
      ...rest,
      ...(bridge.stage === undefined ? {} : { stage: bridge.stage }),
      name: nameOf(job.name),
      order: { kind: "needs", needs },
      parent: job.parent === undefined ? bridge.name : nameOf(job.parent),
      ...(job.instance === undefined ? {} : { instance: { ...job.instance, of: nameOf(job.instance.of) } }),
      ...(job.dependencies === undefined
        ? {}
        : { dependencies: job.dependencies.map((one) => ({ ...one, job: nameOf(one.job) })) }),
    };
  });
}

/** For each stage all jobs of earlier ones, but those of pipelines further down. */
function needsOfStages(child: Pipeline, nameOf: (name: string) => string): ReadonlyMap<string, readonly JobNeed[]> {
  const needs = new Map<string, readonly JobNeed[]>();
  const own = child.jobs.filter((job) => job.parent === undefined && job.when !== "never");
  const byStage = Map.groupBy(own, (job) => job.stage ?? "");
  let before: readonly JobNeed[] = [];
  for (const stage of child.stages) {
    needs.set(stage, before);
    const here = byStage.get(stage) ?? [];
    before = [
      ...before,
      ...here.map(({ name, at }): JobNeed => ({ job: nameOf(name), optional: true, artifacts: true, at })),
    ];
  }
  return needs;
}

function tooDeep(job: Job, { at }: ChildTrigger): Diagnostic {
  return {
    severity: "error",
    code: "invalid-trigger",
    path: `jobs:${job.name}:trigger`,
    message: `${job.name}: a child pipeline may start one more, and that one none (maximum depth is ${MAX_DEPTH})`,
    at,
    hint: "start it from a pipeline further up",
  };
}
