import type { JobPlan, ServicePlan, StepPlan } from "../model/job-plan.ts";
import type { Job, Step } from "../model/pipeline.ts";
import type { ServicePolicy } from "../model/readiness.ts";
import { assertNever } from "../text/assert-never.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import type { PlanChoices, ServicesMode } from "./choices.ts";
import { claimHostNames } from "./host-names.ts";
import { createIdSource } from "./ids.ts";
import { planService, planStep } from "./plan-containers.ts";

/** One job with everything decided. @returns `undefined` when a finding of severity error was added. */
export function planJob(job: Job, id: string, choices: PlanChoices, diagnostics: Diagnostic[]): JobPlan | undefined {
  const errorsBefore = diagnostics.filter((found) => found.severity === "error").length;
  const nextId = createIdSource();
  const stepIds = new Map(job.steps.map((step) => [step.name, nextId(step.name)]));
  const steps = job.steps.map((step, index) => {
    const dependsOn = predecessorIds(job.steps, index, stepIds);
    const stepId = stepIds.get(step.name) ?? step.name;
    return planStep(step, stepId, dependsOn, job.workspace.sourcePath, choices, diagnostics);
  });
  const claimed = claimHostNames(job.name, job.services);
  diagnostics.push(...claimed.diagnostics);
  const services = job.services.map((service, index) =>
    planService(service, nextId(service.label), claimed.hostNames[index] ?? [], choices, diagnostics),
  );
  if (diagnostics.filter((found) => found.severity === "error").length > errorsBefore) return undefined;
  return {
    runId: choices.runId,
    id,
    name: job.name,
    ...(job.stage === undefined ? {} : { stage: job.stage }),
    at: job.at,
    network: job.network,
    workspace: job.workspace,
    services: services.filter((service): service is ServicePlan => service !== undefined),
    steps: steps.filter((step): step is StepPlan => step !== undefined),
    timeoutMs: job.timeoutMs ?? choices.defaultJobTimeoutMs,
    retry: job.retry,
    allowFailure: job.allowFailure,
    servicePolicy: toServicePolicy(choices.services),
    showServiceLogs: job.showServiceLogs || choices.showServiceLogs,
    secrets: findSecrets(job, choices.maskedNames),
  };
}

/** @source `design.md` 4.2: files of all dialects warn about a slow service and stop at a dead one. */
export function toServicePolicy(mode: ServicesMode): ServicePolicy {
  switch (mode) {
    case "dialect":
      return { whenDead: "fail", whenNotReady: "warn", whenNothingToProbe: "note" };
    case "strict":
      return { whenDead: "fail", whenNotReady: "fail", whenNothingToProbe: "note" };
    case "warn":
      return { whenDead: "warn", whenNotReady: "warn", whenNothingToProbe: "warn" };
    default:
      return assertNever(mode);
  }
}

function predecessorIds(steps: readonly Step[], index: number, ids: ReadonlyMap<string, string>): readonly string[] {
  const names = steps[index]?.dependsOn ?? steps.slice(0, index).map((step) => step.name);
  return names.flatMap((name) => ids.get(name) ?? []);
}

/** Masked values of every container of the job, services included: all of them can reach its log (GS-319 is a gap there). */
function findSecrets(job: Job, maskedNames: ReadonlySet<string>): readonly string[] {
  const secrets = new Set<string>();
  const scopes = [job.variables, ...job.services.map((s) => s.variables), ...job.steps.map((s) => s.variables)];
  for (const variables of scopes) {
    for (const [name, variable] of variables) {
      if (variable.masked || maskedNames.has(name)) secrets.add(variable.value);
    }
  }
  return [...secrets];
}
