import type { ContainerSpec, HostAccess, Job } from "../model/pipeline.ts";
import type { Capability, CapabilityUse, Refusal } from "../model/trust.ts";
import type { PlanChoices } from "./choices.ts";
import { findUnnamedNeeds } from "./host-needs.ts";
import { holdsEngineSocket } from "./host-paths.ts";

type PathChoices = Pick<PlanChoices, "resolveHostPath">;

/**
 * All that a job asks of the host, in file order of its containers, services first.
 *
 * The engine's socket is more than a volume: who has it has the machine, so it needs `security` as well, and says so.
 *
 * @source DR-179, DR-180, DR-184
 */
export function findCapabilities(job: Job, choices: PathChoices): readonly CapabilityUse[] {
  const containers: readonly (readonly [string, ContainerSpec])[] = [
    ...job.services.map((service) => [service.label, service] as const),
    ...job.steps.map((step) => [step.name, step] as const),
  ];
  const ofJob = (job.hostAccess ?? []).flatMap((access) =>
    toUses(access, { job: job.name, container: job.name }, choices),
  );
  const ofContainers = containers.flatMap(([container, spec]) => {
    const uses = [...spec.hostAccess, ...findUnnamedNeeds(spec)];
    return uses.flatMap((access) => toUses(access, { job: job.name, container }, choices));
  });
  return [...ofContainers, ...ofJob];
}

/** What of it was not granted. Found before anything starts, all at once. */
export function findRefusals(
  job: Job,
  choices: PathChoices & { readonly trusted: ReadonlySet<Capability> },
): readonly Refusal[] {
  return findCapabilities(job, choices).filter((use) => !choices.trusted.has(use.capability));
}

function toUses(
  access: HostAccess,
  owner: { readonly job: string; readonly container: string },
  { resolveHostPath }: PathChoices,
): readonly CapabilityUse[] {
  const hostPath = access.capability === "volumes" ? access.value.split(":")[0] : undefined;
  const isFullAccess =
    access.isFullAccess === true ||
    (hostPath?.startsWith("/") === true && holdsEngineSocket(hostPath, resolveHostPath));
  const use: CapabilityUse = {
    capability: access.capability,
    value: access.value,
    ...owner,
    at: access.at,
    ...(access.path === undefined ? {} : { path: access.path }),
    ...(access.original === undefined ? {} : { original: access.original }),
    isFullAccess,
  };
  if (!isFullAccess || access.capability === "security") return [use];
  const { original: _, ...rest } = use;
  return [use, { ...rest, capability: "security" }];
}
