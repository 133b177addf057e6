import { withAfterSteps } from "./drone-container.ts";
import type { PortableJob } from "./portable.ts";

/** Keys of compose are one name space; a service keeps its name where it can. */
export class ComposeNames {
  readonly #names = new Map<string, string>();
  readonly #networks = new Map<string, string>();

  constructor(jobs: readonly PortableJob[]) {
    const taken = new Set<string>();
    for (const one of jobs) {
      this.#networks.set(one.name, unique(one.name, new Set(this.#networks.values())));
      const own = [
        ...one.services.map(({ name }) => [name, name] as const),
        ...withAfterSteps(one.steps).map(({ name }) => [`step ${name}`, name] as const),
      ];
      for (const [key, name] of own) {
        const found = unique(taken.has(toKey(name)) ? `${one.name}-${name}` : name, taken);
        taken.add(found);
        this.#names.set(`${one.name}\n${key}`, found);
      }
    }
  }

  of(job: PortableJob, key: string): string {
    return this.#names.get(`${job.name}\n${key}`) ?? toKey(key);
  }

  network(job: PortableJob): string {
    return this.#networks.get(job.name) ?? toKey(job.name);
  }
}

function unique(name: string, taken: ReadonlySet<string>): string {
  const key = toKey(name);
  let found = key;
  for (let number = 2; taken.has(found); number += 1) found = `${key}-${number}`;
  return found;
}

function toKey(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._-]+/g, "-").replaceAll(/^[-._]+|[-._]+$/g, "") || "job";
}
