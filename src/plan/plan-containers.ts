import type { ContainerSpec, ImageSpec } from "../model/container.ts";
import type { ImageRef } from "../model/image-ref.ts";
import { parseImageRef } from "../model/image-ref.ts";
import type { ContainerOptions, ContainerPlan, ImagePlan, ServicePlan } from "../model/job-plan.ts";
import type { Readiness } from "../model/readiness.ts";
import type { Service } from "../model/service.ts";
import type { Step } from "../model/step.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import { withoutUndefined } from "../text/without-undefined.ts";
import { GITLAB_SERVICES_TIMEOUT_MS, type PlanChoices } from "./choices.ts";
import { ContainerEnv } from "./container-env.ts";
import type { PlanContext } from "./planning.ts";
import { declaredTcpPorts } from "./port-clashes.ts";
import { isPrivilegedByImage, tellImagePrivilege } from "./privileged-images.ts";
import { whenDeadInUse } from "./service-policy.ts";

export function planService(
  service: Service,
  identity: Pick<ServicePlan, "id" | "hostNames" | "dependsOn">,
  context: PlanContext,
): ServicePlan | undefined {
  const { choices } = context;
  const core = planContainer(service, identity.id, context);
  if (core === undefined) return undefined;
  const mayBePrivileged = choices.trusted.has("security");
  return {
    ...core,
    privileged: core.privileged || (service.wantsPrivileged && mayBePrivileged),
    hostNames: identity.hostNames,
    ...(service.aliases === undefined ? {} : { aliases: service.aliases }),
    readiness: planReadiness(service, choices),
    declaredPorts: declaredTcpPorts(service),
    whenDeadInUse: whenDeadInUse(service, choices.services),
    dependsOn: identity.dependsOn,
    lacksPrivilege: service.wantsPrivileged && !core.privileged && !mayBePrivileged,
  };
}

/** A negative limit switches the wait off (GS-503). */
function planReadiness(service: Service, choices: PlanChoices): Readiness {
  const limitMs = choices.servicesTimeoutMs ?? service.readinessTimeoutMs ?? GITLAB_SERVICES_TIMEOUT_MS;
  if (limitMs < 0) return { kind: "none" };
  const own = service.ownReadiness;
  const timeoutMs = own?.timeoutMs ?? limitMs;
  if (own?.probe !== undefined) return own.probe.kind === "none" ? { kind: "none" } : { ...own.probe, timeoutMs };
  if (service.healthPorts !== undefined) return { kind: "tcp", ports: service.healthPorts, timeoutMs };
  return { kind: "auto", timeoutMs };
}

export function planContainer(spec: Service | Step, id: string, context: PlanContext): ContainerPlan | undefined {
  const { text } = spec.image;
  const ref = parseImageRef(text) ?? (context.awaitsReports ? { text, name: text } : undefined);
  if (ref === undefined) {
    context.diagnostics.push(invalidImage(spec.image));
    return undefined;
  }
  const user = spec.user ?? spec.image.user;
  const isListed = isOnList(spec, context);
  return {
    ...optionsOf(spec),
    id,
    image: planImage(spec, ref, context),
    ...(spec.entrypoint === undefined ? {} : { entrypoint: spec.entrypoint }),
    ...(spec.command === undefined ? {} : { command: spec.command }),
    env: new ContainerEnv(spec.variables),
    ...(spec.workingDir === undefined ? {} : { workingDir: spec.workingDir }),
    ...(user === undefined ? {} : { user }),
    ...(spec.image.clusterUser === undefined ? {} : { clusterUser: spec.image.clusterUser }),
    privileged: spec.privileged || isListed,
    ...(spec.hostAccess.length === 0 ? {} : { asked: spec.hostAccess }),
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

function isOnList(spec: Service | Step, { dialect, choices, diagnostics }: PlanContext): boolean {
  const list = { dialect, images: choices.privilegedImages };
  const finding = tellImagePrivilege(spec, list);
  if (finding !== undefined) diagnostics.push(finding);
  return isPrivilegedByImage(spec, list);
}

function optionsOf(spec: ContainerSpec): ContainerOptions {
  return withoutUndefined({
    networkMode: spec.networkMode,
    capAdd: spec.capAdd,
    capDrop: spec.capDrop,
    sysctls: spec.sysctls,
    ipcMode: spec.ipcMode,
    pidMode: spec.pidMode,
    usernsMode: spec.usernsMode,
    securityOpt: spec.securityOpt,
    groupAdd: spec.groupAdd,
    cgroupParent: spec.cgroupParent,
    volumesFrom: spec.volumesFrom,
    labels: spec.labels,
    cpus: spec.cpus,
    cpuShares: spec.cpuShares,
    cpuQuota: spec.cpuQuota,
    cpuset: spec.cpuset,
    memorySwapBytes: spec.memorySwapBytes,
    memorySwappiness: spec.memorySwappiness,
    oomKillDisable: spec.oomKillDisable,
    ulimits: spec.ulimits,
    networks: spec.networks,
  });
}

/**
 * `always` alone gives way to a local image when the registry does not answer in Drone's files, with a warning: an outage
 * there was never to stop a build (DR-151, DR-152).
 */
function planImage(spec: ContainerSpec, ref: ImageRef, { choices, dialect }: PlanContext): ImagePlan {
  const { pullPolicy, platform, isFallback } = spec.image;
  const policies = pullPolicy ?? [choices.pullPolicy ?? "if-not-present"];
  const mayUseOld = dialect !== "gitlab" && policies.length === 1 && policies[0] === "always";
  return {
    ref,
    pullPolicies: mayUseOld ? ["always", "never"] : policies,
    ...(pullPolicy === undefined && choices.pullPolicy === undefined ? { isDefaultPolicy: true } : {}),
    ...(platform === undefined ? {} : { platform }),
    ...(isFallback === undefined ? {} : { isFallback }),
    ...(spec.registryAuth === undefined ? {} : { auth: spec.registryAuth }),
  };
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
