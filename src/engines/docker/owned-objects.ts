import { EngineUnavailableError } from "../../model/outrigger-error.ts";
import type { OwnedObject, RemovedCounts } from "../engine.ts";
import type { DockerApi } from "./api/docker-api.ts";
import { DockerRefusal } from "./api/refusal.ts";
import { OURS, toOwnedObject } from "./labels.ts";
import { removeInTime } from "./remove-in-time.ts";

/** Everything on the engine that carries our label, containers first. */
export async function findOwnedObjects(api: DockerApi, signal: AbortSignal): Promise<readonly OwnedObject[]> {
  const [containers, networks, volumes] = await Promise.all([
    api.containers.list(OURS, signal),
    api.networks.list(OURS, signal),
    api.volumes.list(OURS, signal),
  ]);
  return [
    ...containers.map((container) => toOwnedObject("container", container)),
    ...networks.map((network) => toOwnedObject("network", network)),
    ...volumes.map((volume) => toOwnedObject("volume", { ...volume, id: volume.name })),
  ];
}

/** Containers first, because networks and volumes are in use as long as they are there. @throws the first failure, after everything was tried. */
export async function removeOwnedObjects(
  api: DockerApi,
  objects: readonly OwnedObject[],
  signal: AbortSignal,
): Promise<RemovedCounts> {
  const failures: unknown[] = [];
  const removeAll = async (kind: OwnedObject["kind"], remove: (id: string) => Promise<boolean>): Promise<number> => {
    signal.throwIfAborted();
    const ids = objects.filter((object) => object.kind === kind).map((object) => object.id);
    const results = await Promise.allSettled(ids.map(remove));
    failures.push(...results.flatMap((result) => (result.status === "rejected" ? [result.reason] : [])));
    return results.filter((result) => result.status === "fulfilled" && result.value).length;
  };
  const containers = await removeAll("container", (id) => removeInTime(() => api.containers.remove(id)));
  const networks = await removeAll("network", (id) => removeNetwork(api, id));
  const volumes = await removeAll("volume", (id) => removeInTime(() => api.volumes.remove(id)));
  if (failures.length > 0) throw failures.find((failure) => failure instanceof EngineUnavailableError) ?? failures[0];
  return { containers, networks, volumes };
}

/** A container that somebody else put into the network would keep it alive. */
export async function removeNetwork(api: DockerApi, network: string): Promise<boolean> {
  try {
    return await api.networks.remove(network);
  } catch (error) {
    if (!(error instanceof DockerRefusal)) throw error;
    const { containerIds } = await api.networks.inspect(network);
    await Promise.all(containerIds.map((container) => api.networks.disconnect(network, container)));
    return await api.networks.remove(network);
  }
}
