import { hasValidDigest, toPullReference } from "../../model/image-ref.ts";
import type { ImagePlan, JobPlan } from "../../model/job-plan.ts";
import { ImageError } from "../../model/outrigger-error.ts";
import { newNameSuffix } from "../../system/random-id.ts";
import type {
  Engine,
  EngineDescription,
  FetchedImage,
  ImageObserver,
  JobSandbox,
  OwnedObject,
  RemovedCounts,
} from "../engine.ts";
import type { ServerVersion } from "./api/kubernetes-api.ts";
import { type ClientSurroundings, ClusterClient } from "./cluster-client.ts";
import { ClusterTraits } from "./cluster-traits.ts";
import { describeCluster } from "./describe-cluster.ts";
import { JobNamespace } from "./job/job-namespace.ts";
import { JobPods } from "./job/job-pods.ts";
import { KubernetesSandbox } from "./job/kubernetes-sandbox.ts";
import type { LabelSource } from "./labels.ts";
import { podName } from "./names.ts";
import { overwriteSettings } from "./overwrite-settings.ts";
import { findOwnedObjects, findOwnNamespaces, removeOwnedObjects } from "./owned-objects.ts";
import type { ClusterAccess } from "./settings.ts";
import { toNamespace } from "./to-namespace.ts";

export interface KubernetesEngineSettings extends ClientSurroundings {
  readonly extraLabels: ReadonlyMap<string, string>;
  /** Further name spaces in which there may be objects of ours. */
  readonly places?: readonly string[];
}

/** After a job's own limit its objects may be taken for forgotten. @source K-118 */
const FORGOTTEN_AFTER_MS = 600_000;

/** A cluster: every job is a pod. */
export class KubernetesEngine implements Engine {
  readonly name = "kubernetes";
  readonly product: string;
  readonly #client: ClusterClient;
  /** Of jobs that come with a token of their own, by that. */
  readonly #clientsOfJobs = new Map<string, Promise<ClusterClient>>();
  readonly #namespace: string;
  readonly #places: Set<string>;
  readonly #traits: ClusterTraits;
  readonly #options: KubernetesEngineSettings;
  readonly #observers = new Map<string, ImageObserver>();

  private constructor(client: ClusterClient, version: ServerVersion, options: KubernetesEngineSettings) {
    this.#client = client;
    this.product = `kubernetes ${version.text.replace(/^v/, "")}`.trim();
    this.#traits = new ClusterTraits(version);
    this.#options = options;
    this.#namespace = options.settings.namespace ?? client.api.connection.namespace;
    this.#places = new Set([this.#namespace, ...(options.places ?? [])]);
  }

  /** @throws EngineUnavailableError when there is no cluster, or it does not let us in. */
  static async open(options: KubernetesEngineSettings): Promise<KubernetesEngine> {
    const client = await ClusterClient.open(options.settings.access, options);
    return new KubernetesEngine(client, await client.api.version(), options);
  }

  async describe(signal: AbortSignal): Promise<EngineDescription> {
    return await describeCluster(this.#client.api, this.product, signal);
  }

  /**
   * An image is the node's affair: it is had when a container starts, and that is where its failure shows. Only what can
   * never be had is refused here.
   */
  async fetchImage(image: ImagePlan, observer: ImageObserver, signal: AbortSignal): Promise<FetchedImage> {
    signal.throwIfAborted();
    const { text } = image.ref;
    if (!hasValidDigest(image.ref)) {
      const hint = "a digest is sha256: and 64 hexadecimal digits";
      throw new ImageError("image_invalid", text, `image "${text}" has a digest that no registry can have`, { hint });
    }
    this.#observers.set(text, observer);
    return {
      reference: toPullReference(image.ref),
      id: "",
      how: "by node",
      pulledBytes: 0,
      exposedTcpPorts: [],
      env: new Map(),
      labels: new Map(),
      entrypoint: [],
      command: [],
    };
  }

  async openJob(job: JobPlan, signal: AbortSignal): Promise<JobSandbox> {
    signal.throwIfAborted();
    const { settings, clock, sources } = this.#options;
    const own = overwriteSettings(job, settings).settings;
    const { namespacePerJob: isOwnNamespace } = settings;
    const namespace = isOwnNamespace ? podName(job.runId, job.id, newNameSuffix()) : (own.namespace ?? this.#namespace);
    const client = await this.#clientFor(own.access);
    const labels = this.#labelsOf(job);
    if (!isOwnNamespace) this.#places.add(namespace);
    const pods = new JobPods(job, {
      settings,
      labels,
      traits: this.#traits,
      ownNamespace: isOwnNamespace ? new JobNamespace(client, toNamespace(namespace, labels)) : undefined,
      tools: {
        api: client.api,
        watch: client.watchOf(namespace),
        clock,
        namespace,
        isOwnNamespace,
        startTimeoutMs: settings.timing.pollTimeoutMs,
      },
      randomName: newNameSuffix,
      loginSources: sources,
      observerOf: (image) => this.#observers.get(image.ref.text),
    });
    return new KubernetesSandbox(job, pods);
  }

  async findObjects(signal: AbortSignal): Promise<readonly OwnedObject[]> {
    const { api } = this.#client;
    const own = this.#options.settings.namespacePerJob ? await findOwnNamespaces(api, signal) : [];
    const places = [...this.#places, ...own.map(({ name }) => name)];
    const inside = await Promise.all(places.map((name) => findOwnedObjects(api, name, signal)));
    return [...inside.flat(), ...own];
  }

  async removeObjects(objects: readonly OwnedObject[], signal: AbortSignal): Promise<RemovedCounts> {
    return await removeOwnedObjects(this.#client.api, objects, signal);
  }

  /** Connections that are idle do not keep the process alive. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.close();
    const others = await Promise.allSettled(this.#clientsOfJobs.values());
    for (const other of others) if (other.status === "fulfilled") other.value.close();
  }

  /** A job's own token has a client of its own: its calls are made in no other name. @source K-48 */
  async #clientFor(access: ClusterAccess): Promise<ClusterClient> {
    const { bearerToken } = access;
    if (bearerToken === undefined || bearerToken === this.#options.settings.access.bearerToken) return this.#client;
    const known = this.#clientsOfJobs.get(bearerToken) ?? ClusterClient.open(access, this.#options);
    this.#clientsOfJobs.set(bearerToken, known);
    return await known;
  }

  #labelsOf(job: JobPlan): LabelSource {
    const { owner, extraLabels, clock } = this.#options;
    const deadlineAt = clock.now() + job.timeoutMs + FORGOTTEN_AFTER_MS;
    return { runId: job.runId, job: job.name, owner, deadlineAt, extra: extraLabels };
  }
}
