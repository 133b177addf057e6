import { availableParallelism } from "node:os";
import type { Engine } from "../engines/engine.ts";
import type { JobPlan } from "../model/job-plan.ts";
import { UsageError } from "../model/outrigger-error.ts";
import { DEFAULT_JOB_TIMEOUT_MS, type PlanChoices } from "../plan/choices.ts";
import { type PlannedPipeline, planPipeline } from "../plan/plan-pipeline.ts";
import { resolveHostPath } from "../system/host-paths.ts";
import { newRunId } from "../system/random-id.ts";
import { hasErrors } from "../text/diagnostic.ts";
import type { CliContext } from "./cli-context.ts";
import { parseTimeoutMs } from "./commands/pipeline-options.ts";
import { conductRun } from "./conduct-run.ts";
import { findDeadRunsHere } from "./dead-runs-here.ts";
import { toDialectRequest } from "./dialect-request.ts";
import { chooseEngine, fitPlan } from "./engine-choice.ts";
import { EXIT } from "./exit-codes.ts";
import { inFileOrder, mergeFindings, withoutAdvice } from "./findings-to-tell.ts";
import { readGivenVariables } from "./given-variables.ts";
import { type LoadedPipeline, loadPipeline } from "./load-pipeline.ts";
import { openConfiguredEngine } from "./open-configured-engine.ts";
import { createPlanAgain } from "./plan-again.ts";
import { printDiagnostics } from "./print-diagnostics.ts";
import { printRefusals } from "./print-refusals.ts";
import type { RunOptions } from "./run-options.ts";
import { tellDialect } from "./tell-dialect.ts";
import { toTrustChoices } from "./trust-choices.ts";

/** `--jobs` when it is not given. */
const MIN_PARALLEL_JOBS = 4;

/** From a command line to an exit code. Nothing is started before the file, the plan and the trust are all in order. */
export async function runJobs(context: CliContext, jobs: readonly string[], options: RunOptions): Promise<number> {
  const runId = newRunId();
  const choices = toChoices(runId, jobs, options);
  const maxParallelJobs = parseCount(options.jobs);
  const chosen = await chooseEngine(context, options);
  if (chosen === undefined) return EXIT.invalid;
  // The engine is looked for while the file is read; whoever does not need it in the end closes it.
  const deadRuns = findDeadRunsHere(context, options);
  const opening = openConfiguredEngine(context.config, { ...chosen, places: deadRuns.places });
  // It may fail before anybody waits for it, which by itself would end the process.
  opening.catch(() => undefined);
  try {
    const loaded = await load(context, runId, options);
    const planned =
      loaded.pipeline === undefined || hasErrors(loaded.diagnostics)
        ? undefined
        : planPipeline(loaded.pipeline, choices);
    if (options.quiet !== true || planned === undefined) tellFindings(context, loaded, planned);
    if (planned === undefined || hasErrors(planned.diagnostics)) return EXIT.invalid;
    if (planned.refusals.length > 0) {
      printRefusals(context, planned.refusals);
      return EXIT.refused;
    }
    if (planned.plan.jobs.length === 0) {
      tellNothingRuns(context, loaded);
      return EXIT.passed;
    }
    const { plan, places, diagnostics } = fitPlan(planned.plan, chosen, loaded);
    if (options.quiet !== true || hasErrors(diagnostics)) printDiagnostics(context, diagnostics, loaded);
    if (hasErrors(diagnostics)) return EXIT.invalid;
    const fit = (job: JobPlan): JobPlan => chosen.planner.fit(job).job;
    const again = createPlanAgain({ loaded, choices, fit }, plan);
    const engine = await opening;
    return await conductRun(context, { engine, plan, places, deadRuns, loaded, ...again, options, maxParallelJobs });
  } finally {
    await closeEngine(opening);
  }
}

async function load(context: CliContext, runId: string, options: RunOptions): Promise<LoadedPipeline> {
  const variables = await readGivenVariables(context.cwd, options);
  const request = await toDialectRequest(context.cwd, options);
  const pipelineId = Number.parseInt(runId, 16);
  const loaded = await loadPipeline(context, {
    ...request,
    file: options.file,
    variables,
    pipelineId,
    countsChanges: true,
  });
  if (options.quiet !== true) tellDialect(context, loaded);
  return loaded;
}

function tellFindings(context: CliContext, loaded: LoadedPipeline, planned: PlannedPipeline | undefined): void {
  const findings = mergeFindings(loaded, planned?.diagnostics);
  printDiagnostics(context, inFileOrder(withoutAdvice(findings), loaded), loaded);
}

function tellNothingRuns(context: CliContext, { file, pipeline }: LoadedPipeline): void {
  const why = pipeline?.nothingRuns;
  const next = why === undefined ? "list shows the jobs of this file" : "explain shows the rules and what they saw";
  context.stderr.write(`${file}: ${why ?? "no job to run"}\n  try: outrigger ${next}\n`);
}

async function closeEngine(opening: Promise<Engine>): Promise<void> {
  // When it could not be opened, whoever awaited it has told so.
  const engine = await opening.catch(() => undefined);
  await engine?.[Symbol.asyncDispose]();
}

function toChoices(runId: string, jobs: readonly string[], options: RunOptions): PlanChoices {
  return {
    runId,
    jobs,
    pullPolicy: options.pull,
    servicesTimeoutMs:
      options.servicesTimeout === undefined ? undefined : parseTimeoutMs("--services-timeout", options.servicesTimeout),
    network: options.network,
    resolveHostPath,
    requireSecrets: true,
    requireNeeds: true,
    manual: options.manual ?? [],
    reach: options.deps ? (options.withStages === true ? "stages" : "needs") : "alone",
    honourDelays: options.honourDelays === true,
    services: options.services,
    ...toTrustChoices(options),
    defaultJobTimeoutMs: DEFAULT_JOB_TIMEOUT_MS,
    maskedNames: new Set(options.mask),
    showServiceLogs: options.serviceLogs === true,
  };
}

function parseCount(text: string | undefined): number {
  if (text === undefined) return Math.max(MIN_PARALLEL_JOBS, availableParallelism());
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) {
    throw new UsageError(`--jobs "${text}" is not a number of jobs`, { hint: "for example --jobs 4" });
  }
  return count;
}
