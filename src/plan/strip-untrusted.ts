import type { ContainerSpec } from "../model/container.ts";
import type { Job } from "../model/pipeline.ts";
import type { CapabilityUse } from "../model/trust.ts";
import type { Diagnostic } from "../text/diagnostic.ts";
import type { PrivilegeList } from "./privileged-images.ts";
import { findRefused, type Grants, type UseOwner } from "./trust.ts";

const WHY = "removed, repository is not trusted (Drone 0.4 removed it silently)";

/**
 * Takes from a job what its file may not have, and lets it run on without: Drone 0.4's own way, but not without a word.
 *
 * An entry point asks nothing of the host; 0.4 took it from every container all the same.
 *
 * @source DR-163, DR-165
 */
export function stripUntrusted(job: Job, choices: Grants, list: PrivilegeList, findings: Diagnostic[]): Job {
  const strip = <Spec extends ContainerSpec>(spec: Spec, owner: UseOwner): Spec => {
    const refused = findRefused(spec, owner, choices, list);
    findings.push(...tellRemoved(spec, refused, owner, choices));
    const copy = { ...spec };
    removeRefused(copy, refused, choices);
    return copy;
  };
  return {
    ...job,
    services: job.services.map((service) => strip(service, { job: job.name, container: service.label })),
    steps: job.steps.map((step) => strip(step, { job: job.name, container: step.name })),
  };
}

function tellRemoved(
  spec: ContainerSpec,
  refused: readonly CapabilityUse[],
  { container }: UseOwner,
  choices: Grants,
): readonly Diagnostic[] {
  const path = spec.path ?? container;
  const places = new Map(refused.map((use) => [use.path ?? path, use.at]));
  if (losesEntrypoint(spec, choices)) places.set(`${path}.entrypoint`, spec.image.at);
  return [...places].map(([place, at]) => ({
    severity: "warning",
    code: "untrusted-removed",
    path: place,
    message: `${place}: ${WHY}`,
    at,
  }));
}

/** Words of its own; a step with commands has cleared its image's, which takes nothing from anybody. */
function losesEntrypoint({ entrypoint = [] }: ContainerSpec, { trusted }: Grants): boolean {
  return entrypoint.some((word) => word !== "") && !trusted.has("security");
}

/** An optional field is gone only when it is deleted; the copy is nobody's but ours. */
function removeRefused(copy: Changeable<ContainerSpec>, refused: readonly CapabilityUse[], choices: Grants): void {
  const lacks = new Set(refused.map((use) => use.capability));
  const isRefused = (mount: { readonly source: string }): boolean =>
    refused.some(({ value }) => value === mount.source || value.startsWith(`${mount.source}:`));
  if (losesEntrypoint(copy, choices)) delete copy.entrypoint;
  copy.hostAccess = copy.hostAccess.filter((access) => !refused.some((use) => use.path === access.path));
  copy.volumes = copy.volumes.filter((mount) => !isRefused(mount));
  copy.devices = copy.devices.filter((device) => !isRefused(device));
  if (lacks.has("volumes")) {
    copy.tmpfs = [];
    delete copy.volumesFrom;
  }
  if (lacks.has("network")) {
    copy.dns = [];
    copy.dnsSearch = [];
    delete copy.networkMode;
    delete copy.networks;
  }
  if (lacks.has("security")) removeSecurity(copy);
}

function removeSecurity(copy: Changeable<ContainerSpec>): void {
  copy.privileged = false;
  delete copy.capAdd;
  delete copy.sysctls;
  delete copy.ipcMode;
  delete copy.pidMode;
  delete copy.usernsMode;
  delete copy.securityOpt;
  delete copy.groupAdd;
  delete copy.cgroupParent;
  delete copy.shmBytes;
  delete copy.oomKillDisable;
}

type Changeable<T> = { -readonly [Key in keyof T]: T[Key] };
