import type { ContainerPlan, JobPlan, ServicePlan, StepPlan } from "../model/job-plan.ts";
import type { Job, NetworkMode } from "../model/pipeline.ts";
import type { Service } from "../model/service.ts";
import { type Diagnostic, hasErrors } from "../text/diagnostic.ts";
import { withoutUndefined } from "../text/without-undefined.ts";
import { readJobLogins, withLogin } from "./docker-auth-config.ts";
import { hostNameForms } from "./drone-names.ts";
import { findHostMistakes } from "./host-mistakes.ts";
import { claimHostNames } from "./host-names.ts";
import { createIdSource } from "./ids.ts";
import { findGaps } from "./job-findings.ts";
import { planNameSpace } from "./name-space.ts";
import { findNeedlessSleeps } from "./needless-sleeps.ts";
import { decideNetwork } from "./network.ts";
import { planService } from "./plan-containers.ts";
import { planSteps } from "./plan-steps.ts";
import type { PlanContext } from "./planning.ts";
import { toServicePolicy } from "./service-policy.ts";

/** One job with everything decided. @returns `undefined` when a finding of severity error was added. */
export function planJob(job: Job, id: string, context: PlanContext): JobPlan | undefined {
  const findings: Diagnostic[] = [];
  const plan = decideJob(job, id, { ...context, diagnostics: findings });
  context.diagnostics.push(...findings);
  return hasErrors(findings) ? undefined : plan;
}

function decideJob(job: Job, id: string, context: PlanContext): JobPlan {
  const { choices, diagnostics } = context;
  const network = decideNetwork(job, choices.network);
  diagnostics.push(...network.diagnostics, ...findGaps(job, choices));
  const nextId = createIdSource();
  const stepIds = job.steps.map((step) => nextId(step.name));
  const logins = context.dialect === "gitlab" ? readJobLogins(job) : undefined;
  const known = <T extends ContainerPlan>(plan: T): T => (logins === undefined ? plan : withLogin(plan, logins));
  const services = planServices(job, nextId, context).map(known);
  const steps = planSteps(job, stepIds, services, context).map(known);
  diagnostics.push(...(logins?.diagnostics ?? []));
  diagnostics.push(...findHostMistakes(job, network.mode, { services, steps }));
  if (context.dialect !== "gitlab") diagnostics.push(...findNeedlessSleeps(job));
  const { secrets, files } = findHidden(job, choices.maskedNames);
  return {
    runId: choices.runId,
    id,
    name: job.name,
    ...(job.stage === undefined ? {} : { stage: job.stage }),
    at: job.at,
    ...planNetwork(job, network.mode, { services, steps }, diagnostics),
    workspace: job.workspace,
    services,
    steps,
    timeoutMs: job.timeoutMs ?? choices.defaultJobTimeoutMs,
    retry: job.retry,
    allowFailure: job.allowFailure,
    servicePolicy: toServicePolicy(choices.services, context.dialect),
    showServiceLogs: job.showServiceLogs || choices.showServiceLogs,
    ...(job.skipRestExitCode === undefined ? {} : { skipRestExitCode: job.skipRestExitCode }),
    secrets: [...secrets, ...(logins?.secrets ?? [])],
    ...(files.size === 0 ? {} : { files }),
    ...takeOver(job),
  };
}

/** What the job says and the plan has no word in. */
function takeOver(job: Job): Partial<JobPlan> {
  const { artifacts, caches, resourceGroup, coverage, environment, beforeSources } = job;
  return withoutUndefined({ artifacts, caches, resourceGroup, coverage, environment, beforeSources });
}

function planNetwork(
  job: Job,
  mode: NetworkMode,
  plans: { readonly services: readonly ServicePlan[]; readonly steps: readonly StepPlan[] },
  diagnostics: Diagnostic[],
): Pick<JobPlan, "network" | "nameSpace"> {
  const nameSpace = mode === "shared" ? planNameSpace(job, plans, diagnostics) : undefined;
  // Without a step there is nothing to share a network with, nor an image to hold it.
  return nameSpace === undefined ? { network: "bridge" } : { network: "shared", nameSpace };
}

function planServices(job: Job, nextId: (text: string) => string, context: PlanContext): readonly ServicePlan[] {
  const named = job.services.map((service) => withReachableNames(service, context));
  const claimed = claimHostNames(job.name, named);
  context.diagnostics.push(...claimed.diagnostics);
  const ids = named.map((service) => nextId(service.label));
  return named.flatMap((service, index) => {
    const dependsOn = (service.dependsOn ?? []).flatMap((label) => {
      const other = named.findIndex((candidate) => candidate.label === label);
      return other === index ? [] : (ids[other] ?? []);
    });
    const identity = { id: ids[index] ?? "", hostNames: claimed.hostNames[index] ?? [], dependsOn };
    return planService(service, identity, context) ?? [];
  });
}

/** A container off the job's network has no name in it (DR-102); Drone's names get the forms that clients accept. */
function withReachableNames(service: Service, { dialect }: PlanContext): Service {
  if (service.networkMode !== undefined) return { ...service, hostNames: [] };
  return dialect === "gitlab" ? service : { ...service, hostNames: service.hostNames.flatMap(hostNameForms) };
}

interface Hidden {
  readonly secrets: readonly string[];
  /** Contents of the job's files that hold values, by path. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Masked values of every container of the job, services included: all of them can reach its log (GS-319 is a gap there).
 * Files are looked for on the same way: a job sees about ninety variables, and there may be thousands of jobs.
 */
function findHidden(job: Job, maskedNames: ReadonlySet<string>): Hidden {
  const secrets = new Set<string>(job.secrets);
  const files = new Map<string, string>();
  const isNamed = maskedNames.size === 0 ? () => false : (name: string) => maskedNames.has(name);
  const containers = [...job.services, ...job.steps];
  // Containers of a job mostly share its variables.
  for (const variables of new Set([job.variables, ...containers.map((container) => container.variables)])) {
    variables.forEach((variable, name) => {
      const { value, masked, fileContent } = variable;
      if (fileContent !== undefined && variables === job.variables) files.set(value, fileContent);
      if (masked || isNamed(name)) secrets.add(fileContent ?? value);
    });
  }
  for (const { registryAuth } of containers) {
    if (registryAuth !== undefined) secrets.add(registryAuth.password);
  }
  return { secrets: [...secrets], files };
}
