import { setTimeout as delay } from "node:timers/promises";
import { EngineUnavailableError } from "../../../model/outrigger-error.ts";
import type { RemovedCounts } from "../../engine.ts";
import type { DockerApi } from "../api/docker-api.ts";
import { DockerRefusal } from "../api/refusal.ts";
import { removeNetwork } from "../owned-objects.ts";
import type { SandboxFrame } from "../to-container.ts";
import type { ManagedContainer } from "./managed-container.ts";

/**
 * Stops and removes everything of one job. Each object is tried, whatever happened to the others.
 *
 * @throws EngineUnavailableError when the engine went away; else the first failure, after everything was tried.
 */
export async function removeSandbox(
  api: DockerApi,
  frame: SandboxFrame,
  containers: readonly ManagedContainer[],
  graceMs: number,
): Promise<RemovedCounts> {
  const failures: unknown[] = [];
  const count = async (works: readonly Promise<boolean>[]): Promise<number> => {
    const results = await Promise.allSettled(works);
    failures.push(...results.flatMap((result) => (result.status === "rejected" ? [result.reason] : [])));
    return results.filter((result) => result.status === "fulfilled" && result.value).length;
  };
  const removed = await count(containers.map((container) => stopAndRemove(container, graceMs)));
  const [networks, volumes] = await Promise.all([
    count([removeNetwork(api, frame.network)]),
    count([removeVolume(api, frame.volume)]),
  ]);
  if (failures.length > 0) throw failures.find((failure) => failure instanceof EngineUnavailableError) ?? failures[0];
  return { containers: removed, networks, volumes };
}

async function stopAndRemove(container: ManagedContainer, graceMs: number): Promise<boolean> {
  // Removing kills as well: what could not be stopped is not left behind for that.
  await container.stop(graceMs).catch(() => undefined);
  return await container.remove();
}

/** An engine lets go of a volume a moment after the last container that had it. */
async function removeVolume(api: DockerApi, volume: string): Promise<boolean> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await api.volumes.remove(volume);
    } catch (error) {
      if (!(error instanceof DockerRefusal) || error.code !== "conflict" || attempts === 5) throw error;
    }
    await delay(20 * attempts);
  }
}
