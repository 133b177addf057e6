import type { ImagePlan, JobPlan } from "../../../model/job-plan.ts";
import type { ImageObserver } from "../../engine.ts";
import type { RegistryLoginSources } from "../../registry-logins.ts";
import { AGENT_FILE } from "../agent/agent-argv.ts";
import { AGENT_SCRIPT } from "../agent/agent-script.ts";
import { type LabelSource, toMetadata } from "../labels.ts";
import { podName } from "../names.ts";
import type { Pod } from "../pod.ts";
import type { PodLayout } from "../pod-layout.ts";
import { keptSidecars } from "../service-form.ts";
import type { KubernetesSettings } from "../settings.ts";
import type { PodContext, PodObjects, ServiceForm } from "../to-pod.ts";
import type { UserLogins } from "../to-pull-secret.ts";
import type { BesideObject, BesideObjects } from "./beside-objects.ts";
import { PodRun, type PodTools } from "./pod-run.ts";
import { judgeImages, mayFallBack, type PodPart } from "./pull-fallback.ts";
import { findUserLogins } from "./user-logins.ts";

/** What the pods of a job are made with. */
export interface PodMaterials {
  readonly settings: KubernetesSettings;
  readonly labels: LabelSource;
  readonly tools: PodTools;
  /** Eight of `[a-z0-9]`, new at each call. */
  readonly randomName: () => string;
  readonly loginSources: RegistryLoginSources;
  /** Whoever fetched an image is told of its next try. */
  readonly observerOf: (image: ImagePlan) => ImageObserver | undefined;
}

/** What they are made for. */
export interface PodOrder {
  readonly plan: JobPlan;
  readonly layout: PodLayout;
  readonly options: PodMaterials;
  readonly beside: BesideObjects;
  readonly signal: AbortSignal;
}

/** The cluster took the pod and left out what makes its services sidecars. */
export class SidecarsDropped extends Error {}

/** Makes pods of one job, with the ConfigMap and the Secrets that go with each. */
export class PodMaker {
  /** Every pod that was made, also those that another one has replaced. */
  readonly runs: PodRun[] = [];
  /** In all of them. */
  containers = 0;
  readonly #order: PodOrder;
  readonly #failedPolicies = new Map<string, number>();

  constructor(order: PodOrder) {
    this.#order = order;
  }

  /** Tries the images' pull policies one after the other, where there are several. */
  async open(
    parts: readonly PodPart[],
    make: (context: PodContext) => PodObjects,
    services: ServiceForm,
  ): Promise<PodRun> {
    const { signal } = this.#order;
    for (;;) {
      const run = await this.#create(make, services);
      if (!mayFallBack(parts, this.#failedPolicies)) return run;
      const verdict = await run.untilStarted((state) => judgeImages(state, parts, this.#failedPolicies), signal);
      if (verdict.kind === "settled") return run;
      const { container, image } = verdict.part;
      this.#failedPolicies.set(container, (this.#failedPolicies.get(container) ?? 0) + 1);
      this.#order.options.observerOf(image)?.onRetry(image.ref.text, verdict.reason);
      await run.remove(0);
    }
  }

  async #create(make: (context: PodContext) => PodObjects, services: ServiceForm): Promise<PodRun> {
    const { plan, layout, options } = this.#order;
    const { labels, tools, randomName } = options;
    const name = podName(plan.runId, plan.id, randomName());
    const logins = await this.#findLogins();
    const { pod, secret, pullSecret } = make({
      name,
      namespace: tools.namespace,
      labels,
      layout,
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
    this.containers += containers.length + initContainers.length;
    if (services.kind === "sidecars" && !keptSidecars(run.accepted)) {
      await run.remove(0);
      throw new SidecarsDropped();
    }
    return run;
  }

  /** A container without its Secret has failed; a volume without its ConfigMap is only tried again. */
  async #post(pod: Pod, agents: readonly BesideObject[], secrets: readonly BesideObject[]): Promise<PodRun> {
    const { beside, signal } = this.#order;
    await beside.create(secrets, signal);
    const [told, made] = await Promise.allSettled([
      beside.create(agents, signal),
      PodRun.create(pod, this.#order.options.tools, signal),
    ]);
    if (made.status === "fulfilled") this.runs.push(made.value);
    if (told.status === "rejected") throw told.reason;
    if (made.status === "rejected") throw made.reason;
    for (const { kind, object } of [...agents, ...secrets]) beside.own(kind, object.metadata.name, made.value);
    return made.value;
  }

  async #findLogins(): Promise<UserLogins> {
    const { layout, options } = this.#order;
    const { settings, loginSources } = options;
    if (settings.useServiceAccountImagePullSecrets) return new Map();
    const parts = [...layout.services, ...layout.steps].map(({ plan }) => plan.image);
    const withoutOwn = [layout.helperImage, ...parts].filter(({ auth }) => auth === undefined);
    return await findUserLogins(withoutOwn, loginSources);
  }
}
