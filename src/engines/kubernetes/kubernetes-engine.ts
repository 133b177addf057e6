import { hasValidDigest, toPullReference } from "../../model/image-ref.ts";
import type { ImagePlan, JobPlan } from "../../model/job-plan.ts";
import { ImageError } from "../../model/outrigger-error.ts";
import type { Owner } from "../../model/owner.ts";
import type { Clock } from "../../system/clock.ts";
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
import { type ConnectionSources, findCluster } from "./api/connection.ts";
import { KubernetesApi, type ServerVersion } from "./api/kubernetes-api.ts";
import { ClusterTraits } from "./cluster-traits.ts";
import { describeCluster } from "./describe-cluster.ts";
import { JobPods } from "./job/job-pods.ts";
import { KubernetesSandbox } from "./job/kubernetes-sandbox.ts";
import { type LabelSource, OWNER, ownerLabel } from "./labels.ts";
import { overwriteSettings } from "./overwrite-settings.ts";
import { findOwnedObjects, removeOwnedObjects } from "./owned-objects.ts";
import { PodWatch } from "./pod-watch.ts";
import type { KubernetesSettings } from "./settings.ts";

export interface KubernetesEngineSettings {
  readonly sources: ConnectionSources;
  readonly settings: KubernetesSettings;
  readonly owner: Owner;
  readonly extraLabels: ReadonlyMap<string, string>;
  readonly clock: Clock;
}

/** After a job's own limit its objects may be taken for forgotten. @source K-118 */
const FORGOTTEN_AFTER_MS = 600_000;

/** A cluster: every job is a pod. */
export class KubernetesEngine implements Engine {
  readonly name = "kubernetes";
  readonly product: string;
  readonly #api: KubernetesApi;
  readonly #namespace: string;
  /** By name space: a job may be sent to another one. */
  readonly #watches = new Map<string, PodWatch>();
  readonly #traits: ClusterTraits;
  readonly #options: KubernetesEngineSettings;
  readonly #observers = new Map<string, ImageObserver>();

  private constructor(api: KubernetesApi, version: ServerVersion, options: KubernetesEngineSettings) {
    this.#api = api;
    this.product = `kubernetes ${version.text.replace(/^v/, "")}`.trim();
    this.#traits = new ClusterTraits(version);
    this.#options = options;
    this.#namespace = options.settings.namespace ?? api.connection.namespace;
  }

  /** @throws EngineUnavailableError when there is no cluster, or it does not let us in. */
  static async open(options: KubernetesEngineSettings): Promise<KubernetesEngine> {
    const { settings, sources, clock } = options;
    const connection = await findCluster(settings.access, sources);
    const retry = { limit: settings.retryLimit, backoffMaxMs: settings.timing.retryBackoffMaxMs };
    const api = new KubernetesApi(connection, clock, retry);
    return new KubernetesEngine(api, await api.version(), options);
  }

  async describe(signal: AbortSignal): Promise<EngineDescription> {
    return await describeCluster(this.#api, this.product, signal);
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
    const namespace = overwriteSettings(job, settings).settings.namespace ?? this.#namespace;
    const pods = new JobPods(job, {
      settings,
      labels: this.#labelsOf(job),
      traits: this.#traits,
      tools: {
        api: this.#api,
        watch: this.#watchOf(namespace),
        clock,
        namespace,
        startTimeoutMs: settings.timing.pollTimeoutMs,
      },
      randomName: newNameSuffix,
      loginSources: sources,
      observerOf: (image) => this.#observers.get(image.ref.text),
    });
    return new KubernetesSandbox(job, pods);
  }

  async findObjects(signal: AbortSignal): Promise<readonly OwnedObject[]> {
    const namespaces = new Set([this.#namespace, ...this.#watches.keys()]);
    return (await Promise.all([...namespaces].map((name) => findOwnedObjects(this.#api, name, signal)))).flat();
  }

  async removeObjects(objects: readonly OwnedObject[], signal: AbortSignal): Promise<RemovedCounts> {
    return await removeOwnedObjects(this.#api, objects, signal);
  }

  /** Connections that are idle do not keep the process alive. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const watch of this.#watches.values()) watch.close();
  }

  #watchOf(namespace: string): PodWatch {
    const labels = `${OWNER}=${ownerLabel(this.#options.owner)}`;
    const known = this.#watches.get(namespace) ?? new PodWatch(this.#api, this.#options.clock, { namespace, labels });
    this.#watches.set(namespace, known);
    return known;
  }

  #labelsOf(job: JobPlan): LabelSource {
    const { owner, extraLabels, clock } = this.#options;
    const deadlineAt = clock.now() + job.timeoutMs + FORGOTTEN_AFTER_MS;
    return { runId: job.runId, job: job.name, owner, deadlineAt, extra: extraLabels };
  }
}
