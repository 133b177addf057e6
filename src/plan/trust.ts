import type { ContainerSpec, Job } from "../model/pipeline.ts";
import type { Capability, Refusal } from "../model/trust.ts";

/** All that a job asks of the host and was not granted. Found before anything starts, all at once. */
export function findRefusals(job: Job, trusted: ReadonlySet<Capability>): readonly Refusal[] {
  const containers: readonly (readonly [string, ContainerSpec])[] = [
    ...job.services.map((service) => [service.label, service] as const),
    ...job.steps.map((step) => [step.name, step] as const),
  ];
  return containers.flatMap(([name, spec]) =>
    spec.hostAccess
      .filter((access) => !trusted.has(access.capability))
      .map((access) => ({
        capability: access.capability,
        value: access.value,
        job: job.name,
        container: name,
        at: access.at,
      })),
  );
}
