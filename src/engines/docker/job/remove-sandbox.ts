import { EngineUnavailableError } from "../../../model/outrigger-error.ts";
import type { RemovedCounts } from "../../engine.ts";
import type { DockerApi } from "../api/docker-api.ts";
import { removeNetwork } from "../owned-objects.ts";
import { removeInTime } from "../remove-in-time.ts";
import type { ManagedContainer } from "./managed-container.ts";

/**
 * Stops and removes everything of one job, groups of containers one after the other. Each object is tried, whatever
 * happened to the others.
 *
 * @throws EngineUnavailableError when the engine went away; else the first failure, after everything was tried.
 */
export async function removeSandbox(
  api: DockerApi,
  { network, volumeNames }: { readonly network: string; readonly volumeNames: readonly string[] },
  groups: readonly (readonly ManagedContainer[])[],
  graceMs: number,
): Promise<RemovedCounts> {
  const failures: unknown[] = [];
  const count = async (works: readonly Promise<boolean>[]): Promise<number> => {
    const results = await Promise.allSettled(works);
    failures.push(...results.flatMap((result) => (result.status === "rejected" ? [result.reason] : [])));
    return results.filter((result) => result.status === "fulfilled" && result.value).length;
  };
  let removed = 0;
  let early: Promise<boolean | undefined> | undefined;
  for (const [index, containers] of groups.entries()) {
    // What could not be stopped is not left behind for that: removing kills as well.
    const stops = containers.map((container) => container.stop(graceMs).catch(() => undefined));
    // Who has ended is in no network any more, and taking that away takes longer than all the rest.
    if (index === groups.length - 1) early = Promise.all(stops).then(() => removeIfFree(api, network));
    removed += await count(containers.map(async (container, n) => await removeAfter(stops[n], container)));
  }
  const volumesRemoved = count(volumeNames.map((name) => removeInTime(() => api.volumes.remove(name))));
  const networkRemoved = await early;
  const networks = networkRemoved === undefined ? await count([removeNetwork(api, network)]) : Number(networkRemoved);
  const volumes = await volumesRemoved;
  if (failures.length > 0) throw failures.find((failure) => failure instanceof EngineUnavailableError) ?? failures[0];
  return { containers: removed, networks, volumes };
}

async function removeAfter(stop: Promise<void> | undefined, container: ManagedContainer): Promise<boolean> {
  await stop;
  return await removeInTime(() => container.remove());
}

/** @returns undefined when the engine would not: it says why when it is asked in earnest. */
async function removeIfFree(api: DockerApi, network: string): Promise<boolean | undefined> {
  return await api.networks.remove(network).catch(() => undefined);
}
