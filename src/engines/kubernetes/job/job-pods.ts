import type { ImageRef } from "../../../model/image-ref.ts";
import type { ImagePlan, JobPlan } from "../../../model/job-plan.ts";
import type { Clock } from "../../../system/clock.ts";
import type { ImageObserver, RemovedCounts } from "../../engine.ts";
import { AGENT_FILE } from "../agent/agent-argv.ts";
import { AGENT_SCRIPT } from "../agent/agent-script.ts";
import { type LabelSource, toMetadata } from "../labels.ts";
import { podName } from "../names.ts";
import type { HostAlias } from "../pod.ts";
import { configuredHelper, type PodLayout, toPodLayout } from "../pod-layout.ts";
import { findStartProblem } from "../pod-problem.ts";
import type { PodState } from "../pod-state.ts";
import type { KubernetesSettings } from "../settings.ts";
import { toPod } from "../to-pod.ts";
import { PodRun, type PodTools } from "./pod-run.ts";

export interface JobPodsOptions {
  readonly settings: KubernetesSettings;
  readonly labels: LabelSource;
  readonly tools: PodTools;
  /** Eight of `[a-z0-9]`, new at each call. */
  readonly randomName: () => string;
  /** Whoever fetched an image by that name is told of its next try. */
  readonly observerOf: (image: ImagePlan) => ImageObserver | undefined;
}

/** What goes with a pod. */
type ObjectKind = "configmaps" | "secrets";

interface Named {
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
}

/** Longer than any cluster needs to take away what it was told to. */
const REMOVAL_MS = 120_000;

/** The objects of one job on the cluster, from their creation to their removal. */
export class JobPods {
  readonly layout: PodLayout;
  readonly clock: Clock;
  /** Names and addresses in the hosts file of the job's pod. */
  hosts: readonly HostAlias[] = [];
  name: string;
  readonly job: Promise<PodRun>;
  readonly #plan: JobPlan;
  readonly #options: JobPodsOptions;
  readonly #images = new Map<string, ImageRef>();
  readonly #failedPolicies = new Map<string, number>();
  readonly #runs: PodRun[] = [];
  /** Objects beside pods, by kind and name. */
  readonly #objects: (readonly [ObjectKind, string])[] = [];
  readonly #stop = new AbortController();
  readonly #background = new Set<Promise<unknown>>();
  #containers = 0;

  constructor(plan: JobPlan, options: JobPodsOptions) {
    this.#plan = plan;
    this.#options = options;
    this.clock = options.tools.clock;
    this.layout = toPodLayout(plan, configuredHelper(plan, options.settings));
    this.name = this.#newName();
    for (const { container, plan: part } of [...this.layout.services, ...this.layout.steps]) {
      this.#images.set(container, part.image.ref);
    }
    this.#images.set("helper", this.layout.helperImage.ref);
    this.job = this.#open();
    // Whoever needs it takes the failure.
    this.job.catch(() => undefined);
  }

  imageOf(container: string): ImageRef {
    return this.#images.get(container) ?? this.layout.helperImage.ref;
  }

  /** Stops and removes everything. Each object is tried, whatever happened to the others. @throws the first failure. */
  async close(graceMs: number): Promise<RemovedCounts> {
    this.#stop.abort(new Error("the sandbox is closed"));
    await this.job.catch(() => undefined);
    while (this.#background.size > 0) await Promise.allSettled(this.#background);
    const works = [
      ...this.#runs.map((run) => this.#removePod(run, graceMs)),
      ...this.#objects.map(([kind, name]) => this.#remove(kind, name)),
    ];
    const results = await Promise.allSettled(works);
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    const pods = results.filter((result) => result.status === "fulfilled" && result.value === "pod").length;
    return { containers: pods === 0 ? 0 : this.#containers, networks: pods, volumes: pods };
  }

  /** Ends the wait of a {@link close} that works. */
  hurry(graceMs: number): void {
    for (const run of this.#runs) run.remove(toSeconds(graceMs)).catch(() => undefined);
  }

  async #open(): Promise<PodRun> {
    const signal = this.#stop.signal;
    for (;;) {
      const run = await this.#create(signal);
      if (!this.#mayFallBack()) return run;
      const next = await run.untilStarted((state) => this.#judgeImages(state), signal);
      if (next === "all here") return run;
      this.#failedPolicies.set(next.container, (this.#failedPolicies.get(next.container) ?? 0) + 1);
      this.#options.observerOf(next.image)?.onRetry(next.image.ref.text, next.reason);
      await run.remove(0);
      this.name = this.#newName();
    }
  }

  async #create(signal: AbortSignal): Promise<PodRun> {
    const { settings, labels, tools } = this.#options;
    const { api, namespace } = tools;
    const { pod, secret, pullSecret } = toPod(this.#plan, settings, {
      name: this.name,
      namespace,
      labels,
      layout: this.layout,
      services: { kind: "containers" },
      failedPolicies: this.#failedPolicies,
      pullSecrets: [],
    });
    this.hosts = pod.spec.hostAliases ?? [];
    this.#containers = pod.spec.containers.length + (pod.spec.initContainers?.length ?? 0);
    const agent: Named = {
      metadata: { name: this.name, ...toMetadata(labels, "agent", "agent") },
      data: { [AGENT_FILE]: AGENT_SCRIPT },
    };
    const secrets = [secret, pullSecret].filter((object) => object !== undefined);
    const further: readonly (readonly [ObjectKind, Named])[] = [
      ["configmaps", agent],
      ...secrets.map((object) => ["secrets", object] as const),
    ];
    await Promise.all(
      further.map(async ([kind, object]) => {
        this.#objects.push([kind, object.metadata.name]);
        await api.create(kind, namespace, object, signal);
      }),
    );
    const run = await PodRun.create(pod, tools, signal);
    this.#runs.push(run);
    for (const [kind, { metadata }] of further) this.#own(kind, metadata.name, run);
    return run;
  }

  /** So that the cluster removes it with the pod, whoever removes that. */
  #own(kind: ObjectKind, name: string, pod: PodRun): void {
    const { api, namespace } = this.#options.tools;
    const ownerReferences = [{ apiVersion: "v1", kind: "Pod", name: pod.name, uid: pod.uid }];
    const work = api.patch(kind, namespace, name, { metadata: { ownerReferences } }).catch(() => undefined);
    this.#background.add(work);
    void work.then(() => this.#background.delete(work));
  }

  #mayFallBack(): boolean {
    return this.#parts().some(({ container, image }) => this.#policiesLeft(container, image) > 1);
  }

  /** @source K-51 */
  #judgeImages(
    state: PodState,
  ): "all here" | { readonly container: string; readonly image: ImagePlan; readonly reason: string } | undefined {
    let isWaiting = false;
    for (const { container, image, isHeld } of this.#parts()) {
      const own = state.containers.get(container);
      const problem = findStartProblem(container, image.ref, own);
      if (problem?.kind === "image") {
        const next = image.pullPolicies[(this.#failedPolicies.get(container) ?? 0) + 1];
        if (next === undefined) return "all here";
        return { container, image, reason: `${problem.error.message}; trying pull policy "${next}"` };
      }
      isWaiting ||= !isHeld && (own === undefined || own.now.kind === "waiting");
    }
    return isWaiting ? undefined : "all here";
  }

  #policiesLeft(container: string, image: ImagePlan): number {
    return image.pullPolicies.length - (this.#failedPolicies.get(container) ?? 0);
  }

  #parts(): readonly { readonly container: string; readonly image: ImagePlan; readonly isHeld: boolean }[] {
    const steps = this.layout.steps.map(({ container, plan, start }) => ({
      container,
      image: plan.image,
      isHeld: start === "image",
    }));
    const services = this.layout.services.map(({ container, plan, isHeld }) => ({
      container,
      image: plan.image,
      isHeld,
    }));
    return [...services, ...steps, { container: "helper", image: this.layout.helperImage, isHeld: false }];
  }

  async #removePod(run: PodRun, graceMs: number): Promise<"pod" | "nothing"> {
    const wasThere = await run.remove(toSeconds(graceMs));
    if (wasThere) await run.untilGone(AbortSignal.timeout(graceMs + REMOVAL_MS));
    return wasThere ? "pod" : "nothing";
  }

  async #remove(kind: ObjectKind, name: string): Promise<"other"> {
    const { api, namespace } = this.#options.tools;
    await api.remove(kind, namespace, name);
    return "other";
  }

  #newName(): string {
    return podName(this.#plan.runId, this.#plan.id, this.#options.randomName());
  }
}

/** The cluster counts whole seconds; 0 would leave containers to themselves on a node that does not answer. */
function toSeconds(graceMs: number): number {
  return Math.max(1, Math.ceil(graceMs / 1000));
}
