import type { Job, JobWhen, Pipeline } from "../model/pipeline.ts";
import type { RunPlan, ScheduledChild, ScheduledJob } from "../model/run-plan.ts";
import { awaitedFiles, type Trigger } from "../model/trigger.ts";
import type { CapabilityUse, Refusal } from "../model/trust.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import type { DiagnosticCode } from "../text/diagnostic-codes.ts";
import { findAbsentServices } from "./absent-services.ts";
import { findArtifactSources } from "./artifact-sources.ts";
import type { PlanChoices } from "./choices.ts";
import { createIdSource } from "./ids.ts";
import { findLeftOutNeeds } from "./left-out-needs.ts";
import { findPredecessors } from "./order.ts";
import { planJob } from "./plan-job.ts";
import { refuseLeftOut, selectJobs } from "./select-jobs.ts";
import { findStoredSources } from "./stored-sources.ts";
import { stripUntrusted } from "./strip-untrusted.ts";
import { findCapabilities, findRefusals } from "./trust.ts";

export interface PlannedPipeline {
  readonly plan: RunPlan;
  readonly diagnostics: readonly Diagnostic[];
  /** All that the chosen jobs ask of the host, granted or not. */
  readonly capabilities: readonly CapabilityUse[];
  /** Not empty: nothing may start. */
  readonly refusals: readonly Refusal[];
}

/**
 * Turns a pipeline and the choices of a run into job plans. Pure.
 *
 * @throws UsageError when a chosen job does not exist.
 */
export function planPipeline(pipeline: Pipeline, choices: PlanChoices): PlannedPipeline {
  const diagnostics: Diagnostic[] = [];
  const list = { dialect: pipeline.dialect, images: choices.privilegedImages };
  const asked = chooseJobs(pipeline, choices);
  const strips = choices.trustCompat === "strip" && pipeline.dialect === "drone-0.4";
  const selected = strips ? asked.map((job) => stripUntrusted(job, choices, list, diagnostics)) : asked;
  const predecessors = findPredecessors(pipeline, selected);
  const artifactSources = findArtifactSources(pipeline, selected);
  if (choices.requireNeeds === true && choices.reach !== "alone")
    diagnostics.push(...findLeftOutNeeds(pipeline, selected, "error"));
  const names = new Set(selected.map((job) => job.name));
  const storedSources = choices.jobs.length === 0 ? undefined : findStoredSources(pipeline, selected);
  const reporters = new Set(pipeline.jobs.filter(reportsVariables).map((job) => job.name));
  const nextId = createIdSource();
  const jobs: ScheduledJob[] = [];
  for (const job of selected) {
    const stored = storedSources?.get(job.name);
    const artifactsFrom = stored?.all ?? artifactSources.get(job.name) ?? [];
    const awaitsReports =
      choices.reportsKnownFor?.has(job.name) !== true && artifactsFrom.some((name) => reporters.has(name));
    const planning = { dialect: pipeline.dialect, choices, diagnostics, awaitsReports };
    const when = whenOf(job, choices);
    const plan = planJob(when === job.when ? job : startedByHand(job), nextId(job.name), planning);
    if (pipeline.dialect !== "gitlab") diagnostics.push(...findAbsentServices(job, pipeline));
    if (plan === undefined) continue;
    jobs.push({
      plan,
      ...bridgeOf(job, names, awaitsReports, choices),
      after: predecessors.get(job.name) ?? [],
      when,
      ...(job.startInMs === undefined || choices.honourDelays !== true ? {} : { startInMs: job.startInMs }),
      artifactsFrom,
      ...(stored === undefined ? {} : { storedFrom: stored.stored }),
      ...(awaitsReports ? { awaitsReports } : {}),
    });
  }
  return {
    plan: {
      runId: choices.runId,
      dialect: pipeline.dialect,
      file: pipeline.file,
      jobs: withoutLate(jobs),
      ...(pipeline.cancelOnFailure === undefined ? {} : { cancelOnFailure: pipeline.cancelOnFailure }),
    },
    diagnostics: withoutRepeats(diagnostics),
    capabilities: asked.flatMap((job) => findCapabilities(job, choices)),
    refusals: selected.flatMap((job) => findRefusals(job, choices, list)),
  };
}

/** @throws UsageError for a name that the file does not have, or that is not in this pipeline. */
function chooseJobs(pipeline: Pipeline, { jobs, manual = [], reach }: PlanChoices): readonly Job[] {
  const chosen = selectJobs(pipeline, jobs, reach);
  if (manual.length > 0) selectJobs(pipeline, manual);
  refuseLeftOut(pipeline, [...jobs, ...manual]);
  return chosen.filter(workOf(pipeline));
}

/** Of jobs that start pipelines those that can be started here. */
function workOf(pipeline: Pipeline): (job: Job) => boolean {
  const parents = new Set(pipeline.jobs.map((job) => job.parent));
  const isWork = (trigger: Trigger): boolean =>
    trigger.kind === "child" &&
    (trigger.problem !== undefined || trigger.includes.some((include) => include.kind === "artifact"));
  return (job) => job.when !== "never" && (job.trigger === undefined || parents.has(job.name) || isWork(job.trigger));
}

function bridgeOf(
  job: Job,
  selected: ReadonlySet<string>,
  awaitsReports: boolean,
  choices: PlanChoices,
): Pick<ScheduledJob, "child" | "parent"> {
  const { trigger, parent } = job;
  return {
    ...(trigger === undefined ? {} : { child: childOf(job, trigger, awaitsReports, choices) }),
    // A job that is asked for by itself waits for nothing else.
    ...(parent === undefined || !selected.has(parent) ? {} : { parent }),
  };
}

function childOf(
  { name, parent }: Job,
  trigger: Trigger,
  awaitsReports: boolean,
  { reportsKnownFor }: PlanChoices,
): ScheduledChild {
  if (trigger.kind !== "child") return { waits: false };
  const { waits, problem } = trigger;
  const files = awaitedFiles(trigger, parent);
  const isLate = reportsKnownFor?.has(name) !== true && (awaitsReports || files.length > 0);
  return { waits, ...(problem === undefined ? {} : { problem }), ...(isLate ? { late: { files } } : {}) };
}

/** Those whose pipeline is made later are in no plan yet. */
function withoutLate(jobs: readonly ScheduledJob[]): readonly ScheduledJob[] {
  const late = new Set(jobs.filter((job) => job.child?.late !== undefined).map((job) => job.plan.name));
  if (late.size === 0) return jobs;
  const gone = new Set<string>();
  // A parent stands in front of its jobs.
  return jobs.filter(({ plan, parent }) => {
    if (parent === undefined || !(late.has(parent) || gone.has(parent))) return true;
    gone.add(plan.name);
    return false;
  });
}

function reportsVariables({ artifacts }: Job): boolean {
  return artifacts?.reports.some(({ kind }) => kind === "dotenv") === true;
}

const OF_ANY_JOB: ReadonlySet<DiagnosticCode> = new Set(["localhost-in-bridge-mode", "unknown-host"] as const);

/** Cells of a matrix are jobs of their own, of one place in the file. */
function withoutRepeats(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const one of diagnostics) {
    const { code, message, at, path } = one;
    // A global variable is in every job; what is wrong with it is told where it is met first.
    const place = OF_ANY_JOB.has(code) ? [] : [at.line, at.column, path];
    const key = [code, message, ...place].join("\n");
    if (!found.has(key)) found.set(key, one);
  }
  return [...found.values()];
}

/** A job asked for by name runs, whatever it would wait for in a pipeline. */
function whenOf(job: Job, { jobs, manual = [] }: Pick<PlanChoices, "jobs" | "manual">): JobWhen {
  const isIn = (names: readonly string[]): boolean =>
    names.includes(job.name) || (job.instance !== undefined && names.includes(job.instance.of));
  if (job.when === "manual") return isIn(jobs) || isIn(manual) ? "on_success" : job.when;
  return job.when === "on_failure" && isIn(jobs) ? "on_success" : job.when;
}

/** The file's own values win over what is predefined. */
function startedByHand(job: Job): Job {
  const { variablesByHand } = job;
  if (variablesByHand === undefined) return job;
  const steps = job.steps.map((step) => ({ ...step, variables: new Map([...variablesByHand, ...step.variables]) }));
  return { ...job, variables: new Map([...variablesByHand, ...job.variables]), steps };
}
