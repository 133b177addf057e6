import { mappingOf, type Writable, type WritableMap } from "../yaml/write-yaml.ts";
import type { Losses } from "./losses.ts";
import { readinessFields } from "./own-keys.ts";
import type { PortableJob, PortableService } from "./portable.ts";

type Field = readonly [string, Writable | undefined];

/** `.outrigger` knows a service by its name in the whole file; services that share one have to agree. */
export function ownSettingsOf(jobs: readonly PortableJob[], losses: Losses): WritableMap | undefined {
  const services = jobs.flatMap((job) => job.services);
  const settings = new Map<string, WritableMap>();
  for (const one of services) {
    if (one.service.ownReadiness === undefined) continue;
    const others = services.filter((other) => namesOf(other).includes(one.name));
    if (others.some((other) => shown(other) !== shown(one))) {
      losses.add(`${one.where}: readiness settings`, `another "${one.name}" of the file has others`);
    } else settings.set(one.name, mappingOf(readinessFields(one.service.ownReadiness, (text) => text)));
  }
  if (settings.size === 0) return undefined;
  return mappingOf([["services", mappingOf([...settings].map(([name, value]): Field => [name, value]))]]);
}

function namesOf({ name, aliases, service }: PortableService): readonly string[] {
  return [name, ...aliases, ...service.hostNames, service.image.text];
}

function shown({ service }: PortableService): string {
  return JSON.stringify(service.ownReadiness ?? {});
}
