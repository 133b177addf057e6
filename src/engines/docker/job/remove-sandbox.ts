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
  for (const containers of groups) {
    removed += await count(containers.map((container) => stopAndRemove(container, graceMs)));
  }
  const [networks, volumes] = await Promise.all([
    count([removeNetwork(api, network)]),
    count(volumeNames.map((name) => removeInTime(() => api.volumes.remove(name)))),
  ]);
  if (failures.length > 0) throw failures.find((failure) => failure instanceof EngineUnavailableError) ?? failures[0];
  return { containers: removed, networks, volumes };
}

async function stopAndRemove(container: ManagedContainer, graceMs: number): Promise<boolean> {
  // Removing kills as well: what could not be stopped is not left behind for that.
  await container.stop(graceMs).catch(() => undefined);
  return await removeInTime(() => container.remove());
}
