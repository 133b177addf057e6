import type { ImageRef } from "../../../model/image-ref.ts";
import type { ImagePlan, JobPlan } from "../../../model/job-plan.ts";
import type { Clock } from "../../../system/clock.ts";
import type { ImageObserver, RemovedCounts } from "../../engine.ts";
import type { RegistryLoginSources } from "../../registry-logins.ts";
import { AGENT_FILE } from "../agent/agent-argv.ts";
import { AGENT_SCRIPT } from "../agent/agent-script.ts";
import { KubernetesRefusal } from "../api/refusal.ts";
import { chooseLayout } from "../choose-layout.ts";
import type { ClusterTraits } from "../cluster-traits.ts";
import type { ServiceAddresses } from "../host-aliases.ts";
import { type LabelSource, toMetadata } from "../labels.ts";
import { podName } from "../names.ts";
import type { HostAlias, Pod } from "../pod.ts";
import { configuredHelper, type PodLayout, type ServicePlacement, toPodLayout } from "../pod-layout.ts";
import { chooseServiceForm, keptSidecars } from "../service-form.ts";
import type { KubernetesSettings } from "../settings.ts";
import { type PodContext, type PodObjects, type ServiceForm, toPod } from "../to-pod.ts";
import type { UserLogins } from "../to-pull-secret.ts";
import { toServicePod } from "../to-service-pods.ts";
import { awaitResources } from "./await-resources.ts";
import { type BesideObject, BesideObjects } from "./beside-objects.ts";
import type { JobNamespace } from "./job-namespace.ts";
import { PodRun, type PodTools } from "./pod-run.ts";
import { judgeImages, mayFallBack, type PodPart } from "./pull-fallback.ts";
import { HELPER } from "./stage.ts";
import { findUserLogins } from "./user-logins.ts";

export interface JobPodsOptions {
  readonly settings: KubernetesSettings;
  readonly labels: LabelSource;
  readonly traits: ClusterTraits;
  readonly tools: PodTools;
  /** Eight of `[a-z0-9]`, new at each call. */
  readonly randomName: () => string;
  /** Undefined: the job stands in one that is there. */
  readonly ownNamespace: JobNamespace | undefined;
  readonly loginSources: RegistryLoginSources;
  /** Whoever fetched an image is told of its next try. */
  readonly observerOf: (image: ImagePlan) => ImageObserver | undefined;
}

/** Where a service stands. */
export interface ServicePlace {
  readonly pod: PodRun;
  /** Where the job reaches it. */
  readonly address: string;
  /** In a pod of its own. */
  readonly isAlone: boolean;
}

const LOOPBACK = "127.0.0.1";
/** After a pod's grace its node has that long to say that nothing runs any more. */
const NODE_CONFIRMS_MS = 60_000;
/** The same when somebody has lost patience. */
const NODE_HURRIES_MS = 3_000;

/** The objects of one job on the cluster, from their creation to their removal. */
export class JobPods {
  readonly layout: PodLayout;
  readonly clock: Clock;
  /** The pod of the job's own containers. Whoever waits for it takes the failure. */
  readonly job: Promise<PodRun>;
  /** Names and addresses in the hosts file of the job's pod. */
  hosts: readonly HostAlias[] = [];
  readonly #plan: JobPlan;
  readonly #options: JobPodsOptions;
  readonly #images: ReadonlyMap<string, ImageRef>;
  readonly #failedPolicies = new Map<string, number>();
  readonly #runs: PodRun[] = [];
  readonly #beside: BesideObjects;
  readonly #stop = new AbortController();
  /** Of the services with pods of their own. */
  readonly #alone = new Map<string, PodRun>();
  readonly #addresses = new Map<string, string>();
  #containers = 0;

  constructor(plan: JobPlan, options: JobPodsOptions) {
    this.#plan = plan;
    this.#options = options;
    this.clock = options.tools.clock;
    this.#beside = new BesideObjects(options.tools.api, options.tools.namespace);
    this.layout = toPodLayout(plan, configuredHelper(plan, options.settings));
    const parts = [...this.layout.services, ...this.layout.steps];
    this.#images = new Map([
      [HELPER, this.layout.helperImage.ref],
      ...parts.map(({ container, plan: part }) => [container, part.image.ref] as const),
    ]);
    this.job = this.#open();
    this.job.catch(() => undefined);
  }

  get printsWarnings(): boolean {
    return this.#options.settings.printPodWarningEvents;
  }

  imageOf(container: string): ImageRef {
    return this.#images.get(container) ?? this.layout.helperImage.ref;
  }

  /** Where services are for those in the job's pod. Known once that is there. */
  get addresses(): ServiceAddresses {
    return this.#alone.size === 0 ? "loopback" : this.#addresses;
  }

  async placeOf(service: string): Promise<ServicePlace> {
    const job = await this.job;
    const pod = this.#alone.get(service);
    return pod === undefined
      ? { pod: job, address: LOOPBACK, isAlone: false }
      : { pod, address: this.#addresses.get(service) ?? "", isAlone: true };
  }

  /** Stops and removes everything. Each object is tried, whatever happened to the others. @throws the first failure. */
  async close(graceMs: number): Promise<RemovedCounts> {
    this.#stop.abort(new Error("the sandbox is closed"));
    await this.job.catch(() => undefined);
    await this.#beside.settle();
    const graceSeconds = this.#options.settings.timing.cleanupGraceSeconds ?? toSeconds(graceMs);
    const limitMs = this.#options.settings.timing.cleanupResourcesTimeoutMs;
    const pods = await Promise.allSettled(this.#runs.map((run) => removePod(run, graceSeconds, this.clock, limitMs)));
    const others = await Promise.allSettled(this.#beside.remove());
    const namespace = await Promise.allSettled([this.#options.ownNamespace?.remove()]);
    const failed = [...pods, ...others, ...namespace].find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    const count = pods.filter((result) => result.status === "fulfilled" && result.value).length;
    return { containers: count === 0 ? 0 : this.#containers, networks: count, volumes: count };
  }

  /** Ends the wait of a {@link close} that works. */
  hurry(graceMs: number): void {
    const limitMs = this.#options.settings.timing.cleanupResourcesTimeoutMs;
    for (const run of this.#runs) hurryPod(run, toSeconds(graceMs), this.clock, limitMs).catch(() => undefined);
  }

  async #open(): Promise<PodRun> {
    const { settings, traits, tools, ownNamespace } = this.#options;
    await ownNamespace?.create(this.#stop.signal);
    await awaitResources(tools.api, tools.namespace, settings, { clock: this.clock, signal: this.#stop.signal });
    if (chooseLayout(this.#plan, settings).layout === "pods") {
      for (const service of this.layout.services) await this.#openAlone(service);
      return await this.#openJob({ kind: "pods", addresses: this.#addresses });
    }
    return await this.#openJob(chooseServiceForm(this.#plan, this.layout, settings, traits));
  }

  /** One after the other: each knows those before it by name. */
  async #openAlone(service: ServicePlacement): Promise<void> {
    const { plan, container } = service;
    const helper = { container: HELPER, image: this.layout.helperImage, isHeld: false };
    const parts = [{ container, image: plan.image, isHeld: service.isHeld }, helper];
    const run = await this.#openPod(
      parts,
      (context) => toServicePod(this.#plan, service, this.#options.settings, context),
      {
        kind: "pods",
        addresses: this.#addresses,
      },
    );
    this.#alone.set(plan.id, run);
    this.#addresses.set(plan.id, await run.untilStarted((state) => state.podIp, this.#stop.signal));
  }

  async #openJob(services: ServiceForm): Promise<PodRun> {
    const { settings, traits } = this.#options;
    const make = (context: PodContext): PodObjects => {
      const objects = toPod(this.#plan, settings, context);
      this.hosts = objects.pod.spec.hostAliases ?? [];
      return objects;
    };
    try {
      const run = await this.#openPod(this.#partsOfJob(services), make, services);
      for (const alone of this.#alone.values()) this.#beside.own("pods", alone.name, run);
      return run;
    } catch (error) {
      const isRefused =
        error instanceof SidecarsDropped || (error instanceof KubernetesRefusal && error.status === 422);
      if (services.kind !== "sidecars" || !isRefused) throw error;
      traits.hasNoSidecars();
      return await this.#openJob({ kind: "containers" });
    }
  }

  /** Tries the images' pull policies one after the other, where there are several. */
  async #openPod(
    parts: readonly PodPart[],
    make: (context: PodContext) => PodObjects,
    services: ServiceForm,
  ): Promise<PodRun> {
    const { signal } = this.#stop;
    for (;;) {
      const run = await this.#create(make, services);
      if (!mayFallBack(parts, this.#failedPolicies)) return run;
      const verdict = await run.untilStarted((state) => judgeImages(state, parts, this.#failedPolicies), signal);
      if (verdict.kind === "settled") return run;
      const { container, image } = verdict.part;
      this.#failedPolicies.set(container, (this.#failedPolicies.get(container) ?? 0) + 1);
      this.#options.observerOf(image)?.onRetry(image.ref.text, verdict.reason);
      await run.remove(0);
    }
  }

  async #create(make: (context: PodContext) => PodObjects, services: ServiceForm): Promise<PodRun> {
    const { labels, tools, randomName } = this.#options;
    const name = podName(this.#plan.runId, this.#plan.id, randomName());
    const logins = await this.#findLogins();
    const { pod, secret, pullSecret } = make({
      name,
      namespace: tools.namespace,
      labels,
      layout: this.layout,
      services,
      failedPolicies: this.#failedPolicies,
      logins,
    });
    const { containers, initContainers = [], volumes } = pod.spec;
    const agent = {
      metadata: { name, ...toMetadata(labels, "agent", name) },
      data: { [AGENT_FILE]: AGENT_SCRIPT },
    };
    const hasAgent = volumes.some((volume) => volume["configMap"] !== undefined);
    const agents = hasAgent ? [{ kind: "configmaps" as const, object: agent }] : [];
    const secrets = [secret, pullSecret].flatMap((object) =>
      object === undefined ? [] : [{ kind: "secrets" as const, object }],
    );
    const run = await this.#post(pod, agents, secrets);
    this.#containers += containers.length + initContainers.length;
    if (services.kind === "sidecars" && !keptSidecars(run.accepted)) {
      await run.remove(0);
      throw new SidecarsDropped();
    }
    return run;
  }

  /** A container without its Secret has failed; a volume without its ConfigMap is only tried again. */
  async #post(pod: Pod, agents: readonly BesideObject[], secrets: readonly BesideObject[]): Promise<PodRun> {
    const { signal } = this.#stop;
    await this.#beside.create(secrets, signal);
    const [told, made] = await Promise.allSettled([
      this.#beside.create(agents, signal),
      PodRun.create(pod, this.#options.tools, signal),
    ]);
    if (made.status === "fulfilled") this.#runs.push(made.value);
    if (told.status === "rejected") throw told.reason;
    if (made.status === "rejected") throw made.reason;
    for (const { kind, object } of [...agents, ...secrets]) this.#beside.own(kind, object.metadata.name, made.value);
    return made.value;
  }

  async #findLogins(): Promise<UserLogins> {
    const { settings, loginSources } = this.#options;
    if (settings.useServiceAccountImagePullSecrets) return new Map();
    const parts = [...this.layout.services, ...this.layout.steps].map(({ plan }) => plan.image);
    const withoutOwn = [this.layout.helperImage, ...parts].filter(({ auth }) => auth === undefined);
    return await findUserLogins(withoutOwn, loginSources);
  }

  #partsOfJob(form: ServiceForm): readonly PodPart[] {
    const steps = this.layout.steps.map(({ container, plan, start }) => ({
      container,
      image: plan.image,
      isHeld: start === "image",
    }));
    const services = form.kind === "pods" ? [] : this.layout.services;
    const beside = services.map(({ container, plan, isHeld }) => ({ container, image: plan.image, isHeld }));
    return [...beside, ...steps, { container: HELPER, image: this.layout.helperImage, isHeld: false }];
  }
}

/** The cluster took the pod and left out what makes its services sidecars. */
class SidecarsDropped extends Error {}

/** A node that is lost confirms nothing: then the cluster has to forget the pod by itself. @returns false when it was gone already. */
async function removePod(run: PodRun, graceSeconds: number, clock: Clock, limitMs: number): Promise<boolean> {
  const wasThere = await run.remove(graceSeconds);
  if (!wasThere) return false;
  const patience = new AbortController();
  const forgetting = clock.sleep(graceSeconds * 1000 + NODE_CONFIRMS_MS, patience.signal).then(
    () => run.remove(0),
    () => false,
  );
  try {
    await run.untilGone(clock, graceSeconds * 1000 + limitMs);
  } finally {
    patience.abort(new Error("it is gone"));
    await forgetting;
  }
  return true;
}

/** A node that waits for the end of a longer grace may take no notice of a shorter one (seen on 1.20): then it is not asked. */
async function hurryPod(run: PodRun, graceSeconds: number, clock: Clock, removalMs: number): Promise<void> {
  const wasThere = await run.remove(graceSeconds);
  if (!wasThere) return;
  const gone = new AbortController();
  const limitMs = graceSeconds * 1000 + NODE_HURRIES_MS;
  const leaving = run.untilGone(clock, limitMs + removalMs).finally(() => gone.abort(new Error("it is gone")));
  await clock.sleep(limitMs, gone.signal).then(
    () => run.remove(0),
    () => false,
  );
  await leaving;
}

/** The cluster counts whole seconds; with 0 it forgets the pod before its node has confirmed that nothing runs any more. */
function toSeconds(graceMs: number): number {
  return Math.ceil(graceMs / 1000);
}
