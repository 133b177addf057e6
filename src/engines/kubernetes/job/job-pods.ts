import type { ImageRef } from "../../../model/image-ref.ts";
import type { JobPlan } from "../../../model/job-plan.ts";
import type { Clock } from "../../../system/clock.ts";
import type { RemovedCounts } from "../../engine.ts";
import { KubernetesRefusal } from "../api/refusal.ts";
import { chooseLayout } from "../choose-layout.ts";
import type { ClusterTraits } from "../cluster-traits.ts";
import type { ServiceAddresses } from "../host-aliases.ts";
import type { HostAlias } from "../pod.ts";
import { configuredHelper, type PodLayout, type ServicePlacement, toPodLayout } from "../pod-layout.ts";
import { chooseServiceForm } from "../service-form.ts";
import { type PodContext, type PodObjects, type ServiceForm, toPod } from "../to-pod.ts";
import { toServicePod } from "../to-service-pods.ts";
import { awaitResources } from "./await-resources.ts";
import { BesideObjects } from "./beside-objects.ts";
import type { JobNamespace } from "./job-namespace.ts";
import { PodMaker, type PodMaterials, SidecarsDropped } from "./pod-maker.ts";
import type { PodRun } from "./pod-run.ts";
import type { PodPart } from "./pull-fallback.ts";
import { hurryPod, removePod, toSeconds } from "./remove-pod.ts";
import { HELPER } from "./stage.ts";

export interface JobPodsOptions extends PodMaterials {
  readonly traits: ClusterTraits;
  /** Undefined: the job stands in one that is there. */
  readonly ownNamespace: JobNamespace | undefined;
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
  readonly #maker: PodMaker;
  readonly #beside: BesideObjects;
  readonly #stop = new AbortController();
  /** Of the services with pods of their own. */
  readonly #alone = new Map<string, PodRun>();
  readonly #addresses = new Map<string, string>();

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
    const { layout } = this;
    this.#maker = new PodMaker({ plan, layout, options, beside: this.#beside, signal: this.#stop.signal });
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
    const pods = await Promise.allSettled(
      this.#maker.runs.map((run) => removePod(run, graceSeconds, this.clock, limitMs)),
    );
    const others = await Promise.allSettled(this.#beside.remove());
    const namespace = await Promise.allSettled([this.#options.ownNamespace?.remove()]);
    const failed = [...pods, ...others, ...namespace].find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    const count = pods.filter((result) => result.status === "fulfilled" && result.value).length;
    return { containers: count === 0 ? 0 : this.#maker.containers, networks: count, volumes: count };
  }

  /** Ends the wait of a {@link close} that works. */
  hurry(graceMs: number): void {
    const limitMs = this.#options.settings.timing.cleanupResourcesTimeoutMs;
    for (const run of this.#maker.runs) hurryPod(run, toSeconds(graceMs), this.clock, limitMs).catch(() => undefined);
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
    const run = await this.#maker.open(
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
      const run = await this.#maker.open(this.#partsOfJob(services), make, services);
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
