import type { ImageRef } from "../model/image-ref.ts";
import { parseImageRef } from "../model/image-ref.ts";
import type { ImagePlan, ServicePlan, StepPlan } from "../model/job-plan.ts";
import type { ContainerSpec, ImageSpec, Service, Step, Variables } from "../model/pipeline.ts";
import type { Readiness } from "../model/readiness.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import type { PlanChoices } from "./choices.ts";

/** What both kinds of container share, resolved. */
type ContainerCore = Omit<ServicePlan, "hostNames" | "readiness" | "lacksPrivilege">;

export function planService(
  service: Service,
  id: string,
  hostNames: readonly string[],
  choices: PlanChoices,
  diagnostics: Diagnostic[],
): ServicePlan | undefined {
  const core = planContainer(service, id, choices, diagnostics);
  if (core === undefined) return undefined;
  const mayBePrivileged = choices.trusted.has("security");
  return {
    ...core,
    privileged: core.privileged || (service.wantsPrivileged && mayBePrivileged),
    hostNames,
    readiness: planReadiness(service, choices),
    lacksPrivilege: service.wantsPrivileged && !mayBePrivileged,
  };
}

/** @param sourcePath where a step starts that names no folder of its own. */
export function planStep(
  step: Step,
  id: string,
  dependsOn: readonly string[],
  sourcePath: string,
  choices: PlanChoices,
  diagnostics: Diagnostic[],
): StepPlan | undefined {
  const core = planContainer(step, id, choices, diagnostics);
  if (core === undefined) return undefined;
  return {
    ...core,
    workingDir: core.workingDir ?? sourcePath,
    name: step.name,
    hostNames: ["build"],
    scripts: step.scripts,
    dependsOn,
    detach: step.detach,
    when: step.when,
    ignoreFailure: step.ignoreFailure,
  };
}

/** A negative limit switches the wait off (GS-503). */
function planReadiness(service: Service, choices: PlanChoices): Readiness {
  if (choices.servicesTimeoutMs < 0) return { kind: "none" };
  const own = service.ownReadiness;
  const timeoutMs = own?.timeoutMs ?? choices.servicesTimeoutMs;
  if (own?.probe !== undefined) return own.probe.kind === "none" ? { kind: "none" } : { ...own.probe, timeoutMs };
  if (service.healthPorts !== undefined) return { kind: "tcp", ports: service.healthPorts, timeoutMs };
  return { kind: "auto", timeoutMs };
}

function planContainer(
  spec: ContainerSpec,
  id: string,
  choices: PlanChoices,
  diagnostics: Diagnostic[],
): ContainerCore | undefined {
  const ref = parseImageRef(spec.image.text);
  if (ref === undefined) {
    diagnostics.push(invalidImage(spec.image));
    return undefined;
  }
  const user = spec.user ?? spec.image.user;
  return {
    id,
    image: planImage(spec.image, ref, choices),
    ...(spec.entrypoint === undefined ? {} : { entrypoint: spec.entrypoint }),
    ...(spec.command === undefined ? {} : { command: spec.command }),
    env: toEnv(spec.variables),
    ...(spec.workingDir === undefined ? {} : { workingDir: spec.workingDir }),
    ...(user === undefined ? {} : { user }),
    privileged: spec.privileged,
    volumes: spec.volumes,
    devices: spec.devices,
    tmpfs: spec.tmpfs,
    extraHosts: spec.extraHosts,
    dns: spec.dns,
    dnsSearch: spec.dnsSearch,
    ...(spec.shmBytes === undefined ? {} : { shmBytes: spec.shmBytes }),
    ...(spec.memoryBytes === undefined ? {} : { memoryBytes: spec.memoryBytes }),
    at: spec.image.at,
  };
}

function planImage(image: ImageSpec, ref: ImageRef, choices: PlanChoices): ImagePlan {
  return {
    ref,
    pullPolicies: image.pullPolicy ?? [choices.pullPolicy ?? "if-not-present"],
    ...(image.platform === undefined ? {} : { platform: image.platform }),
  };
}

function toEnv(variables: Variables): ReadonlyMap<string, string> {
  return new Map([...variables].map(([name, variable]) => [name, variable.value]));
}

function invalidImage(image: ImageSpec): Diagnostic {
  return {
    severity: "error",
    code: "invalid-image-reference",
    message: `"${image.text}" is not an image reference`,
    at: image.at,
    hint: "expected [registry[:port]/]name[:tag][@sha256:digest], the name in lower case",
  };
}
