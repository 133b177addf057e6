import type { KubernetesApi, ResourceKind } from "../api/kubernetes-api.ts";
import { KubernetesRefusal } from "../api/refusal.ts";

type BesideKind = Exclude<ResourceKind, "pods">;

/** One of them, as it is sent. */
export interface BesideObject {
  readonly kind: BesideKind;
  readonly object: { readonly metadata: { readonly name: string } };
}

/** The ConfigMaps and Secrets that go with a job's pods. */
export class BesideObjects {
  readonly #api: KubernetesApi;
  readonly #namespace: string;
  readonly #made = new Set<readonly [BesideKind, string]>();
  readonly #background = new Set<Promise<unknown>>();

  constructor(api: KubernetesApi, namespace: string) {
    this.#api = api;
    this.#namespace = namespace;
  }

  async create(objects: readonly BesideObject[], signal: AbortSignal): Promise<void> {
    await Promise.all(
      objects.map(async ({ kind, object }) => {
        const made = [kind, object.metadata.name] as const;
        this.#made.add(made);
        await this.#api.create(kind, this.#namespace, object, signal).catch((error: unknown) => {
          if (error instanceof KubernetesRefusal) this.#made.delete(made);
          throw error;
        });
      }),
    );
  }

  /** So that the cluster removes them with their pod, whoever removes that. Goes on in the background. */
  own(kind: ResourceKind, name: string, pod: { readonly name: string; readonly uid: string }): void {
    const ownerReferences = [{ apiVersion: "v1", kind: "Pod", name: pod.name, uid: pod.uid }];
    const patch = { metadata: { ownerReferences } };
    // Without it they are removed all the same, unless this process dies first.
    const work = this.#api.patch(kind, this.#namespace, name, patch).catch(() => undefined);
    this.#background.add(work);
    void work.then(() => this.#background.delete(work));
  }

  async settle(): Promise<void> {
    while (this.#background.size > 0) await Promise.allSettled(this.#background);
  }

  /** One promise for each object, so that all are tried. */
  remove(): readonly Promise<boolean>[] {
    return [...this.#made].map(([kind, name]) => this.#api.remove(kind, this.#namespace, name));
  }
}
