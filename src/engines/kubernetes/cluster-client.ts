import type { Owner } from "../../model/owner.ts";
import type { Clock } from "../../system/clock.ts";
import { type ConnectionSources, findCluster } from "./api/connection.ts";
import { KubernetesApi } from "./api/kubernetes-api.ts";
import { OWNER, ownerLabel } from "./labels.ts";
import { PodWatch } from "./pod-watch.ts";
import type { ClusterAccess, KubernetesSettings } from "./settings.ts";

export interface ClientSurroundings {
  readonly sources: ConnectionSources;
  readonly settings: KubernetesSettings;
  readonly owner: Owner;
  readonly clock: Clock;
}

/** One way into the cluster: calls under one name, and what they watch. */
export class ClusterClient {
  readonly api: KubernetesApi;
  readonly #surroundings: ClientSurroundings;
  /** By name space: a job may be sent to another one. */
  readonly #watches = new Map<string, PodWatch>();

  private constructor(api: KubernetesApi, surroundings: ClientSurroundings) {
    this.api = api;
    this.#surroundings = surroundings;
  }

  /** @throws EngineUnavailableError when there is no cluster. */
  static async open(access: ClusterAccess, surroundings: ClientSurroundings): Promise<ClusterClient> {
    const { settings, sources, clock } = surroundings;
    const connection = await findCluster(access, sources);
    const { retryLimit: limit, retryLimits: limits, timing } = settings;
    const retry = { limit, limits, backoffMaxMs: timing.retryBackoffMaxMs };
    return new ClusterClient(new KubernetesApi(connection, clock, retry), surroundings);
  }

  watchOf(namespace: string): PodWatch {
    const { owner, clock } = this.#surroundings;
    const labels = `${OWNER}=${ownerLabel(owner)}`;
    const known = this.#watches.get(namespace) ?? new PodWatch(this.api, clock, { namespace, labels });
    this.#watches.set(namespace, known);
    return known;
  }

  /** Nobody will look there again. */
  forget(namespace: string): void {
    this.#watches.get(namespace)?.close();
    this.#watches.delete(namespace);
  }

  close(): void {
    for (const watch of this.#watches.values()) watch.close();
  }
}
