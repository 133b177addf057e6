import type { EnginePlanner } from "../engines/engine-planner.ts";
import type { ServicePlan } from "../model/job-plan.ts";
import { UsageError } from "../model/outrigger-error.ts";
import type { Job, Pipeline } from "../model/pipeline.ts";
import type { RunPlan } from "../model/run-plan.ts";
import { type PlannedPipeline, planPipeline } from "../plan/plan-pipeline.ts";
import { selectJobs } from "../plan/select-jobs.ts";
import { hasErrors } from "../text/diagnostic.ts";
import { writeValue } from "../yaml/write-value.ts";
import { toCapabilityJson } from "./capability-json.ts";
import type { CliContext } from "./cli-context.ts";
import type { EngineOptions } from "./commands/engine-options.ts";
import type { PipelineOptions } from "./commands/pipeline-options.ts";
import type { TrustOptions } from "./commands/trust-options.ts";
import { compileForCommand } from "./compile-for-command.ts";
import { chooseEngine, type EngineChoice, fitPlan } from "./engine-choice.ts";
import { EXIT } from "./exit-codes.ts";
import { explainDecision, explainUnplanned } from "./explain-decision.ts";
import { inFileOrder, mergeFindings, warningsAbout, withoutRunOnly } from "./findings-to-tell.ts";
import { toIdleChoices } from "./idle-choices.ts";
import { printDiagnostics } from "./print-diagnostics.ts";
import { type ExplainedJob, renderExplanation } from "./screen/explanation.ts";
import { describeTrigger } from "./screen/trigger-words.ts";

export interface ExplainRequest extends PipelineOptions, TrustOptions, EngineOptions {
  readonly format?: "yaml";
  readonly json?: string;
  readonly pull?: string;
}

/** Says what jobs would do, every name and variable resolved. Masked values stay hidden. */
export async function explain(context: CliContext, jobs: readonly string[], request: ExplainRequest): Promise<number> {
  const compiled = await compileForCommand(context, request);
  const { pipeline } = compiled;
  if (pipeline === undefined || compiled.hasErrors) {
    compiled.printDiagnostics();
    return compiled.exitCode;
  }
  const engine = await chooseEngine(context, request);
  if (engine === undefined) return EXIT.invalid;
  const planned = planPipeline(pipeline, toIdleChoices("explain", request));
  const refused = withoutRunOnly(compiled.diagnostics, planned.diagnostics);
  if (hasErrors(refused)) {
    printDiagnostics(context, mergeFindings(compiled, refused), compiled);
    return EXIT.invalid;
  }
  const masked = new Set(request.mask);
  const chosen = selectJobs(pipeline, jobs);
  const names = new Set(chosen.map((job) => job.name));
  const fitted = fitPlan(only(planned.plan, names), engine, compiled);
  const told = warningsAbout(mergeFindings(compiled, refused), jobs.length === 0 ? undefined : chosen);
  printDiagnostics(context, [...inFileOrder(told, compiled), ...fitted.diagnostics], compiled);
  if (hasErrors(fitted.diagnostics)) return EXIT.invalid;
  if (request.format === "yaml") {
    context.stdout.write(renderManifests(fitted.plan, engine));
    return EXIT.passed;
  }
  const view = { pipeline, plan: fitted.plan, capabilities: planned.capabilities, planner: engine.planner, masked };
  const explained = chosen.flatMap((job) => explainJob(job, view) ?? []);
  context.stdout.write(
    request.json === undefined
      ? renderExplanation(explained)
      : `${JSON.stringify({ dialect: pipeline.dialect, jobs: explained.map(toJson) }, undefined, 2)}\n`,
  );
  return EXIT.passed;
}

interface ExplainedPipeline {
  readonly pipeline: Pipeline;
  readonly plan: RunPlan;
  readonly capabilities: PlannedPipeline["capabilities"];
  readonly planner: EnginePlanner;
  /** Names of variables whose values are hidden as well. */
  readonly masked: ReadonlySet<string>;
}

/** Findings about jobs that nobody asked for are none of an answer. */
function only(plan: RunPlan, names: ReadonlySet<string>): RunPlan {
  return { ...plan, jobs: plan.jobs.filter((scheduled) => names.has(scheduled.plan.name)) };
}

/** @throws UsageError when the engine has no manifests. */
function renderManifests(plan: RunPlan, { name, planner }: EngineChoice): string {
  const objects = plan.jobs.flatMap((scheduled) => {
    if (scheduled.child !== undefined) return [];
    const own = planner.manifests(scheduled.plan);
    if (own !== undefined) return own;
    throw new UsageError(`jobs have no form as YAML on ${name}`, {
      hint: "try: outrigger explain --engine kubernetes --format yaml",
    });
  });
  return objects.map((object) => writeValue(object)).join("---\n");
}

function explainJob(job: Job, view: ExplainedPipeline): ExplainedJob | undefined {
  const { pipeline, planner, masked, capabilities } = view;
  const plan = view.plan.jobs.find((scheduled) => scheduled.plan.name === job.name)?.plan;
  const needs = needsOf(pipeline, job);
  if (plan === undefined) return explainUnplanned(job, needs);
  // A job that starts a pipeline has none.
  const containers = plan.steps.length === 0 ? new Map<string, string>() : planner.containerNames(plan);
  const secrets = new Set(plan.secrets.filter((secret) => secret !== ""));
  const hide = (value: string): string => (secrets.has(value) ? "[MASKED]" : value);
  return {
    name: job.name,
    stage: job.stage ?? "",
    image: plan.steps[0]?.image.ref.text ?? "",
    starts: describeTrigger(job) ?? null,
    network: plan.network,
    when: job.when,
    decision: job.decision === undefined ? null : explainDecision(job.decision),
    services: plan.services.map((service) => explainService(service, containers.get(service.id), hide)),
    capabilities: capabilities.filter((use) => use.job === job.name).map(toCapabilityJson),
    needs,
    variables: [...job.variables].map(([name, variable]) => ({
      name,
      value: variable.masked || masked.has(name) ? "[MASKED]" : hide(variable.value),
      origin: variable.origin,
    })),
    commands: job.steps.flatMap((step) => step.scripts.flatMap((script) => script.commands)),
  };
}

function explainService(
  service: ServicePlan,
  container: string | undefined,
  hide: (value: string) => string,
): ExplainedJob["services"][number] {
  return {
    name: service.id,
    ...(container === undefined ? {} : { container }),
    image: service.image.ref.text,
    hostnames: service.hostNames,
    entrypoint: service.entrypoint ?? null,
    command: service.command ?? null,
    pullPolicy: service.image.pullPolicies,
    environment: Object.fromEntries([...service.env].map(([name, value]) => [name, hide(value)])),
    privileged: service.privileged,
    file: service.at.file,
    line: service.at.line,
  };
}

function needsOf(pipeline: Pipeline, job: Job): readonly string[] {
  if (job.order.kind !== "needs") return stageNeeds(pipeline, job);
  const needs = job.order.needs.map((need) => need.job);
  return needs.length === 0 && job.parent !== undefined ? [job.parent] : needs;
}

/** What a job without `needs` waits for: every job of the earlier stages. */
function stageNeeds(pipeline: Pipeline, job: Job): readonly string[] {
  const own = pipeline.stages.indexOf(job.stage ?? "");
  const isEarlier = ({ parent, stage }: Job): boolean =>
    parent === undefined && pipeline.stages.indexOf(stage ?? "") < own;
  return pipeline.jobs.filter((other) => other.when !== "never" && isEarlier(other)).map((other) => other.name);
}

function toJson(job: ExplainedJob): unknown {
  const { commands: _, ...rest } = job;
  return {
    ...rest,
    variables: Object.fromEntries(job.variables.map(({ name, value }) => [name, value])),
    variableOrigins: Object.fromEntries(job.variables.map(({ name, origin }) => [name, origin])),
  };
}
