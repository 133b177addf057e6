import type { ServicePlan } from "../model/job-plan.ts";
import type { Job, Pipeline } from "../model/pipeline.ts";
import { type PlannedPipeline, planPipeline } from "../plan/plan-pipeline.ts";
import { selectJobs } from "../plan/select-jobs.ts";
import { hasErrors } from "../text/diagnostic.ts";
import { toCapabilityJson } from "./capability-json.ts";
import type { CliContext } from "./cli-context.ts";
import type { PipelineOptions } from "./commands/pipeline-options.ts";
import type { TrustOptions } from "./commands/trust-options.ts";
import { compileForCommand } from "./compile-for-command.ts";
import { EXIT } from "./exit-codes.ts";
import { mergeFindings } from "./findings-to-tell.ts";
import { toIdleChoices } from "./idle-choices.ts";
import { printDiagnostics } from "./print-diagnostics.ts";
import { type ExplainedJob, renderExplanation } from "./screen/explanation.ts";

export interface ExplainRequest extends PipelineOptions, TrustOptions {
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
  const planned = planPipeline(pipeline, toIdleChoices("explain", request));
  if (hasErrors(planned.diagnostics)) {
    printDiagnostics(context, mergeFindings(compiled, planned.diagnostics), compiled);
    return EXIT.invalid;
  }
  const masked = new Set(request.mask);
  const chosen = selectJobs(pipeline, jobs);
  const explained = chosen.flatMap((job) => explainJob(pipeline, job, planned, masked) ?? []);
  context.stdout.write(
    request.json === undefined
      ? renderExplanation(explained)
      : `${JSON.stringify({ dialect: pipeline.dialect, jobs: explained.map(toJson) }, undefined, 2)}\n`,
  );
  return EXIT.passed;
}

function explainJob(
  pipeline: Pipeline,
  job: Job,
  planned: PlannedPipeline,
  masked: ReadonlySet<string>,
): ExplainedJob | undefined {
  const plan = planned.plan.jobs.find((scheduled) => scheduled.plan.name === job.name)?.plan;
  if (plan === undefined) return undefined;
  const secrets = new Set(plan.secrets.filter((secret) => secret !== ""));
  const hide = (value: string): string => (secrets.has(value) ? "[MASKED]" : value);
  return {
    name: job.name,
    stage: job.stage ?? "",
    image: plan.steps[0]?.image.ref.text ?? "",
    network: plan.network,
    when: job.when,
    services: plan.services.map((service) => explainService(service, hide)),
    capabilities: planned.capabilities.filter((use) => use.job === job.name).map(toCapabilityJson),
    needs: job.order.kind === "needs" ? job.order.needs.map((need) => need.job) : stageNeeds(pipeline, job),
    variables: [...job.variables].map(([name, variable]) => ({
      name,
      value: variable.masked || masked.has(name) ? "[MASKED]" : hide(variable.value),
      origin: variable.origin,
    })),
    commands: job.steps.flatMap((step) => step.scripts.flatMap((script) => script.commands)),
  };
}

function explainService(service: ServicePlan, hide: (value: string) => string): ExplainedJob["services"][number] {
  return {
    name: service.id,
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

/** What a job without `needs` waits for: every job of the earlier stages. */
function stageNeeds(pipeline: Pipeline, job: Job): readonly string[] {
  const own = pipeline.stages.indexOf(job.stage ?? "");
  return pipeline.jobs.filter((other) => pipeline.stages.indexOf(other.stage ?? "") < own).map((other) => other.name);
}

function toJson(job: ExplainedJob): unknown {
  const { commands: _, ...rest } = job;
  return { ...rest, variables: Object.fromEntries(job.variables.map(({ name, value }) => [name, value])) };
}
