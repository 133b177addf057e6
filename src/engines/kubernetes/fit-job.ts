import { parseImageRef } from "../../model/image-ref.ts";
import type { ContainerPlan, JobPlan, ServicePlan, StepPlan } from "../../model/job-plan.ts";
import type { Diagnostic } from "../../text/diagnostic.ts";
import type { FittedJob } from "../engine-planner.ts";
import { findProblems } from "./find-problems.ts";
import { findSecrets } from "./find-secrets.ts";
import { configuredHelper, toPodLayout } from "./pod-layout.ts";
import { decidePullPolicies } from "./pull-policies.ts";
import type { ConfiguredService, KubernetesSettings } from "./settings.ts";

/** A job as this cluster runs it: with the operator's services and pull policies, what it has to hide, and what speaks against it. */
export function fitJob(planned: JobPlan, settings: KubernetesSettings): FittedJob {
  const job = withDefaultImage(withConfiguredServices(planned, settings), settings);
  const diagnostics: Diagnostic[] = [];
  const { services, steps } = toPodLayout(job, configuredHelper(job, settings));
  const withPolicies = <T extends ContainerPlan>(plan: T, container: string): T => {
    const decided = decidePullPolicies(plan.image, container, settings);
    if (decided.problem !== undefined) {
      const hint = "ask for an allowed policy, or let the operator allow this one: allowed_pull_policies";
      diagnostics.push({
        severity: "error",
        code: "pull-policy-not-allowed",
        message: decided.problem,
        at: plan.at,
        hint,
      });
    }
    return { ...plan, image: { ...plan.image, pullPolicies: decided.policies } };
  };
  const fitted: JobPlan = {
    ...job,
    secrets: [...job.secrets, ...findSecrets(job)],
    services: services.map(({ plan, container }): ServicePlan => withPolicies(plan, container)),
    steps: steps.map(({ plan, container }): StepPlan => withPolicies(plan, container)),
  };
  return { job: fitted, diagnostics: [...diagnostics, ...findProblems(job, settings)] };
}

/** A job that names no image gets the operator's. @source K-4 */
function withDefaultImage(job: JobPlan, settings: KubernetesSettings): JobPlan {
  const ref = settings.image === undefined ? undefined : parseImageRef(settings.image);
  if (ref === undefined) return job;
  const steps = job.steps.map((step) =>
    step.image.isFallback === true ? { ...step, image: { ...step.image, ref } } : step,
  );
  return { ...job, steps };
}

/** The operator's services come first, and give way to the job's names only where containers are called. @source K-20 */
function withConfiguredServices(job: JobPlan, { services }: KubernetesSettings): JobPlan {
  if (services.length === 0) return job;
  const taken = new Set(job.services.map((service) => service.id));
  const added = services.flatMap((service, index) => toServicePlan(service, `runner-${index}`, job) ?? []);
  return { ...job, services: [...added.filter((service) => !taken.has(service.id)), ...job.services] };
}

function toServicePlan(service: ConfiguredService, id: string, job: JobPlan): ServicePlan | undefined {
  const ref = parseImageRef(service.name);
  if (ref === undefined) return undefined;
  const aliases = (service.alias ?? "").split(/[,\s]+/).filter((alias) => alias !== "");
  const env = (service.environment ?? []).map((entry): readonly [string, string] => {
    const at = entry.indexOf("=");
    return at < 0 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 1)];
  });
  const derived = ref.name.replace(/:\d+(?=\/|$)/, "");
  return {
    id,
    image: { ref, pullPolicies: ["if-not-present"], isDefaultPolicy: true },
    ...(service.entrypoint === undefined ? {} : { entrypoint: service.entrypoint }),
    ...(service.command === undefined ? {} : { command: service.command }),
    env: new Map(env),
    privileged: false,
    volumes: [],
    devices: [],
    tmpfs: [],
    extraHosts: [],
    dns: [],
    dnsSearch: [],
    at: job.at,
    hostNames: [...new Set([derived.replaceAll("/", "__"), derived.replaceAll("/", "-"), ...aliases])],
    aliases,
    readiness: { kind: "auto", timeoutMs: 30_000 },
    declaredPorts: [],
    whenDeadInUse: "fail",
    dependsOn: [],
    lacksPrivilege: false,
  };
}
