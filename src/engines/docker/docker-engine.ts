import type { ImagePlan, JobPlan } from "../../model/job-plan.ts";
import type { Clock } from "../../system/clock.ts";
import { abortable } from "../abortable.ts";
import type {
  Engine,
  EngineDescription,
  FetchedImage,
  ImageObserver,
  JobSandbox,
  OwnedObject,
  RemovedCounts,
} from "../engine.ts";
import type { RegistryLoginSources } from "../registry-logins.ts";
import { type DockerApi, openDockerApi } from "./api/docker-api.ts";
import type { EngineEndpoint } from "./endpoint.ts";
import { ImageStore } from "./images/image-store.ts";
import { findRegistryAuth } from "./images/registry-auth.ts";
import { DockerSandbox } from "./job/docker-sandbox.ts";
import { volumeNamesOf } from "./job/job-volumes.ts";
import { type LabelSource, toLabels } from "./labels.ts";
import { sandboxName } from "./names.ts";
import { createNetwork } from "./network/create-network.ts";
import { findOwnedObjects, removeOwnedObjects } from "./owned-objects.ts";
import type { EngineIdentity } from "./ping-endpoint.ts";
import type { SandboxFrame } from "./sandbox-frame.ts";
import { ownerName } from "./to-container.ts";

export interface DockerEngineSettings extends RegistryLoginSources {
  readonly endpoint: EngineEndpoint;
  readonly identity: EngineIdentity;
  /** Where it was found, for people. */
  readonly origin: string;
  readonly owner: LabelSource["owner"];
  readonly extraLabels: ReadonlyMap<string, string>;
  /** IPv4 ranges to cut the jobs' subnets from, in order; never empty. */
  readonly subnetPools: readonly string[];
  readonly dialFromHost: boolean;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Beyond the job's own time limit: waiting for images, clocks of two machines that differ, clearing up. */
const LEASE_MARGIN_MS = 24 * 3_600_000;

/** Docker, or Podman behind the same API. */
export class DockerEngine implements Engine {
  readonly name = "docker";
  readonly product: string;
  readonly #api: DockerApi;
  readonly #images: ImageStore;
  readonly #settings: DockerEngineSettings;

  private constructor(api: DockerApi, settings: DockerEngineSettings) {
    this.#api = api;
    this.#settings = settings;
    this.product = toProduct(settings.identity.server);
    const findAuth = (image: ImagePlan): Promise<string | undefined> => findRegistryAuth(image, settings);
    const { random, clock } = settings;
    this.#images = new ImageStore({ api, findAuth, random, clock });
  }

  static async open(settings: DockerEngineSettings): Promise<DockerEngine> {
    return new DockerEngine(await openDockerApi(settings.endpoint, settings.identity.apiVersion), settings);
  }

  async describe(signal: AbortSignal): Promise<EngineDescription> {
    return { endpoint: this.#settings.origin, ...(await this.#api.system.describe(signal)) };
  }

  async fetchImage(image: ImagePlan, observer: ImageObserver, signal: AbortSignal): Promise<FetchedImage> {
    return await this.#images.fetch(image, observer, signal);
  }

  async openJob(job: JobPlan, signal: AbortSignal): Promise<JobSandbox> {
    signal.throwIfAborted();
    if ((job.network === "shared") !== (job.nameSpace !== undefined)) {
      throw new Error(`job "${job.name}" has no plan for the name space it shares, or one for none`);
    }
    const frame = this.#toFrame(job);
    const networkReady = this.#createNetwork(job, frame);
    const volumesReady = this.#createVolumes(job, frame);
    const sandbox = new DockerSandbox(job, {
      api: this.#api,
      images: this.#images,
      frame,
      clock: this.#settings.clock,
      dialFromHost: this.#settings.dialFromHost,
      networkReady,
    });
    try {
      // Containers are created while the network is still being made: they need it when they start.
      await abortable(volumesReady, signal);
      if (job.nameSpace !== undefined) await abortable(networkReady, signal);
      return sandbox;
    } catch (error) {
      // Both must be over before what was made can be removed; the first failure is the one to tell.
      await Promise.allSettled([networkReady, volumesReady]);
      await sandbox.close(0).catch(() => undefined);
      throw error;
    }
  }

  async findObjects(signal: AbortSignal): Promise<readonly OwnedObject[]> {
    return await findOwnedObjects(this.#api, signal);
  }

  async removeObjects(objects: readonly OwnedObject[], signal: AbortSignal): Promise<RemovedCounts> {
    return await removeOwnedObjects(this.#api, objects, signal);
  }

  /** Nothing is held open: idle connections do not keep the process alive. */
  async [Symbol.asyncDispose](): Promise<void> {}

  async #createNetwork(job: JobPlan, frame: SandboxFrame): Promise<void> {
    await createNetwork(this.#api, {
      name: frame.network,
      labels: toLabels(frame.labels, "network", frame.network),
      containers: job.services.length + job.steps.length,
      pools: this.#settings.subnetPools,
    });
  }

  async #createVolumes(job: JobPlan, frame: SandboxFrame): Promise<void> {
    for (const name of volumeNamesOf(job, frame.volume)) {
      const kind = name === frame.volume ? "workspace" : "volume";
      await this.#api.volumes.create(name, toLabels(frame.labels, kind, name));
    }
  }

  #toFrame(job: JobPlan): SandboxFrame {
    const name = sandboxName(job.runId, job.id);
    const { owner, extraLabels, clock } = this.#settings;
    const leaseUntil = clock.now() + job.timeoutMs + LEASE_MARGIN_MS;
    return {
      jobId: job.id,
      labels: { runId: job.runId, job: job.name, owner, leaseUntil, extra: extraLabels },
      network: name,
      nameSpace: job.nameSpace === undefined ? undefined : ownerName(job.runId, job.id),
      volume: name,
      mountPath: job.workspace.mountPath,
    };
  }
}

/** `Docker/20.10.24+dfsg1 (linux)` is `docker 20.10.24`, `Libpod/4.3.1 (linux)` is `podman 4.3.1`. */
function toProduct(server: string | undefined): string {
  const [, name = "docker", version] = /^(\w+)\/([\d.]*\d)/.exec(server ?? "") ?? [];
  const product = name === "Libpod" ? "podman" : name.toLowerCase();
  return version === undefined ? product : `${product} ${version}`;
}
