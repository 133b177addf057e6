import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type JsonRecord, toRecord } from "../../src/engines/json.ts";
import type { SidecarSupport } from "./admission.ts";
import { ApiServer } from "./api-server.ts";
import type { ContainerRuntime } from "./container-runtime.ts";
import { FakePod } from "./fake-pod.ts";
import { Faults } from "./faults.ts";
import { type ObjectPlace, ObjectStore } from "./object-store.ts";
import { toPodView } from "./pod-view.ts";
import { Traffic } from "./traffic.ts";

export interface FakeClusterOptions {
  /** `1.20`, `1.33`: decides about native sidecars and exec protocols, unless those are set. */
  readonly version?: string;
}

/**
 * A Kubernetes cluster of one node in this process: the API as we use it, with whatever goes wrong in a real one at the
 * touch of a field. What its containers do is for the runtime to say.
 */
export class FakeCluster {
  readonly namespace = "ci";
  readonly store = new ObjectStore();
  readonly faults = new Faults();
  readonly traffic = new Traffic();
  readonly version: JsonRecord;
  /** What the server accepts; the kubeconfig has it as it is at the start. */
  token = "fake-token";
  execProtocols: readonly string[];
  sidecars: SidecarSupport;
  /** So many pods at once; undefined: any number. */
  podQuota: number | undefined;
  /** The scheduler's reason to bind no new pod. */
  unschedulable: string | undefined;
  isNodeLost = false;
  /** The node answers, and keeps to itself what its containers do. */
  isNodeQuiet = false;
  #kubeconfig = "";
  readonly #server: ApiServer;
  readonly #pods = new Map<string, FakePod>();
  readonly #leaving = new Set<Promise<void>>();
  readonly #runtime: ContainerRuntime;
  #folder = "";

  private constructor(runtime: ContainerRuntime, options: FakeClusterOptions) {
    this.#runtime = runtime;
    const [major = "1", minor = "33"] = (options.version ?? "1.33").split(".");
    this.version = { major, minor, gitVersion: `v${major}.${minor}.0-fake` };
    this.sidecars = Number(minor) >= 29 ? "supported" : "unknown";
    this.execProtocols = Number(minor) >= 30 ? ["v5.channel.k8s.io", "v4.channel.k8s.io"] : ["v4.channel.k8s.io"];
    this.#server = new ApiServer(this);
  }

  static async open(runtime: ContainerRuntime, options: FakeClusterOptions = {}): Promise<FakeCluster> {
    const cluster = new FakeCluster(runtime, options);
    const port = await cluster.#server.listen();
    cluster.#folder = await mkdtemp(join(tmpdir(), "outrigger-fake-cluster-"));
    cluster.#kubeconfig = join(cluster.#folder, "kubeconfig");
    await writeFile(cluster.#kubeconfig, JSON.stringify(toKubeconfig(port, cluster.token, cluster.namespace)));
    return cluster;
  }

  get kubeconfig(): string {
    return this.#kubeconfig;
  }

  /** Names of the pods there are. */
  get podNames(): readonly string[] {
    return this.store.list("pods", this.namespace).map((pod) => toPodView(pod).name);
  }

  pod(place: { readonly namespace: string; readonly name: string }): FakePod | undefined {
    return this.#pods.get(place.name);
  }

  /** @param name empty: none is asked for. */
  hasNamespace(name: string): boolean {
    const place = { resource: "namespaces", namespace: "", name };
    return name === "" || name === this.namespace || this.store.find(place) !== undefined;
  }

  /** Everything in a name space goes with it. */
  empty(namespace: string): void {
    for (const resource of ["pods", "configmaps", "secrets"]) {
      for (const object of this.store.list(resource, namespace)) {
        const place = { resource, namespace, name: toPodView(object).name };
        if (resource === "pods") this.deletePod(place, 0);
        else this.store.remove(place);
      }
    }
  }

  schedule(place: ObjectPlace): void {
    const message = this.unschedulable;
    const condition =
      message === undefined
        ? { type: "PodScheduled", status: "True" }
        : { type: "PodScheduled", status: "False", reason: "Unschedulable", message };
    this.store.change(place, (pod) => ({ ...pod, status: { phase: "Pending", conditions: [condition] } }));
    if (message !== undefined) return;
    const node = { store: this.store, runtime: this.#runtime, isQuiet: () => this.isNodeLost || this.isNodeQuiet };
    this.#pods.set(place.name, new FakePod(place, node));
  }

  /** @returns why the name space has no room for it. */
  quotaFault({ resource, namespace, name }: ObjectPlace): string | undefined {
    const used = this.store.list("pods", namespace).length;
    if (resource !== "pods" || this.podQuota === undefined || used < this.podQuota) return undefined;
    return `pods "${name}" is forbidden: exceeded quota: jobs, requested: pods=1, used: pods=${used}, limited: pods=${this.podQuota}`;
  }

  /** @param graceSeconds undefined: the pod's own. */
  deletePod(place: ObjectPlace, graceSeconds?: number): void {
    const object = this.store.find(place);
    if (object === undefined) return;
    const grace = graceSeconds ?? toPodView(object).graceSeconds;
    const pod = this.#pods.get(place.name);
    if (grace === 0 || pod === undefined) {
      this.store.remove(place);
      this.#leave(place.name, pod?.discard());
      return;
    }
    const deletionTimestamp = new Date(Date.now() + grace * 1000).toISOString();
    this.store.change(place, (old) => ({
      ...old,
      metadata: { ...toRecord(old["metadata"]), deletionTimestamp, deletionGracePeriodSeconds: grace },
    }));
    // A node that is lost takes nothing away.
    if (!this.isNodeLost) this.#leave(place.name, pod.terminate(grace));
  }

  /** The node says what it kept to itself. */
  endQuiet(): void {
    this.isNodeQuiet = false;
    for (const pod of this.#pods.values()) pod.tell();
  }

  /** The node has no room for it any more. */
  evict(name: string): void {
    this.#pods.get(name)?.fail("Evicted", "The node was low on resource: ephemeral-storage.");
  }

  /** Somebody asks for its eviction by the API: the newer form, told before the pod goes. */
  disrupt(name: string, reason: string, message: string): void {
    const place = { resource: "pods", namespace: this.namespace, name };
    this.store.change(place, (pod) => {
      const condition = { type: "DisruptionTarget", status: "True", reason, message };
      return { ...pod, status: { ...toRecord(pod["status"]), conditions: [condition] } };
    });
    this.deletePod(place, 1);
  }

  /** The node answers nothing any more, and after a while the cluster says so. */
  loseNode(): void {
    this.isNodeLost = true;
    for (const name of this.podNames) {
      this.disrupt(name, "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint");
    }
  }

  cutConnections(): void {
    this.#server.cutConnections();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close();
    await Promise.all([...this.#pods.values()].map(async (pod) => await pod.discard()));
    await Promise.all(this.#leaving);
    await rm(this.#folder, { recursive: true, force: true });
  }

  #leave(name: string, work: Promise<void> | undefined): void {
    if (work === undefined) return;
    const leaving = work.catch(() => undefined).finally(() => this.#leaving.delete(leaving));
    this.#leaving.add(leaving);
    void leaving.then(() => this.#pods.delete(name));
  }
}

function toKubeconfig(port: number, token: string, namespace: string): object {
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "fake",
    // The library for Kubernetes speaks plain HTTP only to those who say so.
    clusters: [{ name: "fake", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } }],
    users: [{ name: "fake", user: { token } }],
    contexts: [{ name: "fake", context: { cluster: "fake", user: "fake", namespace } }],
  };
}
