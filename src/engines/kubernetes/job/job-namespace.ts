import { KubernetesRefusal } from "../api/refusal.ts";
import type { ClusterClient } from "../cluster-client.ts";
import type { Namespace } from "../pod.ts";

/** A name space that one job has for itself. Everything in it goes with it. @source K-80 */
export class JobNamespace {
  readonly #client: ClusterClient;
  readonly #object: Namespace;
  #mayBeThere = false;

  constructor(client: ClusterClient, object: Namespace) {
    this.#client = client;
    this.#object = object;
  }

  async create(signal: AbortSignal): Promise<void> {
    this.#mayBeThere = true;
    try {
      await this.#client.api.create("namespaces", "", this.#object, signal);
    } catch (error) {
      if (error instanceof KubernetesRefusal) this.#mayBeThere = false;
      throw error;
    }
  }

  /** The cluster empties it in its own time, whatever becomes of this process. */
  async remove(): Promise<void> {
    const { name } = this.#object.metadata;
    this.#client.forget(name);
    if (this.#mayBeThere) await this.#client.api.remove("namespaces", "", name);
  }
}
