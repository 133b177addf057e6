import type { ContainerSpec, HostAccess } from "../model/container.ts";
import type { Job } from "../model/pipeline.ts";
import type { CapabilityUse, Refusal } from "../model/trust.ts";
import type { PlanChoices } from "./choices.ts";
import { findUnnamedNeeds } from "./host-needs.ts";
import { holdsEngineSocket, liesBelow, toComparablePath } from "./host-paths.ts";
import { isPrivilegedByImage, mayBeListed, type PrivilegeList } from "./privileged-images.ts";

type PathChoices = Pick<PlanChoices, "resolveHostPath">;
export type Grants = PathChoices & Pick<PlanChoices, "trusted" | "trustedPaths">;

/**
 * All that a job asks of the host, in file order of its containers, services first.
 *
 * The engine's socket is more than a volume: who has it has the machine, so it needs `security` as well, and says so.
 *
 * @source DR-179, DR-180, DR-184
 */
export function findCapabilities(job: Job, choices: PathChoices): readonly CapabilityUse[] {
  const ofJob = (job.hostAccess ?? []).flatMap((access) =>
    toUses(access, { job: job.name, container: job.name }, choices),
  );
  const ofContainers = containersOf(job).flatMap(([container, spec]) =>
    usesOf(spec, { job: job.name, container }, choices),
  );
  return [...ofContainers, ...ofJob];
}

/** What of it was not granted, neither as a whole nor by path or image. Found before anything starts, all at once. */
export function findRefusals(job: Job, choices: Grants, list: PrivilegeList): readonly Refusal[] {
  const ofContainers = containersOf(job).flatMap(([container, spec]) =>
    findRefused(spec, { job: job.name, container }, choices, list),
  );
  const ofJob = findCapabilities({ ...job, services: [], steps: [] }, choices);
  return [...ofContainers, ...ofJob.filter((use) => !isGranted(use, choices))];
}

/** What one container is not granted. */
export function findRefused(
  spec: ContainerSpec,
  owner: UseOwner,
  choices: Grants,
  list: PrivilegeList,
): readonly Refusal[] {
  const isListed = isPrivilegedByImage(spec, list);
  return usesOf(spec, owner, choices).filter(
    (use) => !(use.isPrivilege === true && isListed) && !isGranted(use, choices),
  );
}

/** A path that was granted grants what lies below it, but never an engine's socket that is not named itself. */
function isGranted(use: CapabilityUse, { trusted, trustedPaths = [], resolveHostPath }: Grants): boolean {
  if (trusted.has(use.capability)) return true;
  if (use.hostPath === undefined) return false;
  if (!use.isFullAccess) return liesBelow(use.hostPath, trustedPaths, resolveHostPath);
  const form = toComparablePath(use.hostPath, resolveHostPath);
  return trustedPaths.some((path) => toComparablePath(path, resolveHostPath) === form);
}

function containersOf(job: Job): readonly (readonly [string, ContainerSpec])[] {
  return [
    ...job.services.map((service) => [service.label, service] as const),
    ...job.steps.map((step) => [step.name, step] as const),
  ];
}

export interface UseOwner {
  readonly job: string;
  readonly container: string;
}

function usesOf(spec: ContainerSpec, owner: UseOwner, choices: PathChoices): readonly CapabilityUse[] {
  return [...spec.hostAccess, ...findUnnamedNeeds(spec)].flatMap((access) =>
    toUses(access, owner, choices).map((use) =>
      use.isPrivilege === true && mayBeListed(spec) ? { ...use, image: spec.image.text } : use,
    ),
  );
}

function toUses(access: HostAccess, owner: UseOwner, { resolveHostPath }: PathChoices): readonly CapabilityUse[] {
  const isFullAccess = access.hostPath !== undefined && holdsEngineSocket(access.hostPath, resolveHostPath);
  const use: CapabilityUse = { ...access, ...owner, isFullAccess };
  if (!isFullAccess) return [use];
  const { original: _, ...rest } = use;
  return [use, { ...rest, capability: "security" }];
}
