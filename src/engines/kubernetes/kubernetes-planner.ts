import type { JobPlan } from "../../model/job-plan.ts";
import { EngineFailureError } from "../../model/outrigger-error.ts";
import type { Owner } from "../../model/owner.ts";
import type { Diagnostic } from "../../text/diagnostic.ts";
import type { EnginePlanner, FittedJob } from "../engine-planner.ts";
import { chooseLayout } from "./choose-layout.ts";
import { fitJob } from "./fit-job.ts";
import type { LabelSource } from "./labels.ts";
import { podName } from "./names.ts";
import { overwriteSettings } from "./overwrite-settings.ts";
import type { Json } from "./pod.ts";
import { configuredHelper, type PodLayout, toPodLayout } from "./pod-layout.ts";
import type { KubernetesSettings } from "./settings.ts";
import { secretTest } from "./to-env.ts";
import { toNamespace } from "./to-namespace.ts";
import { type PodContext, type PodObjects, toPod } from "./to-pod.ts";
import { toServicePod } from "./to-service-pods.ts";

export interface PlannerSurroundings {
  readonly owner: Owner;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Stands where a run would have eight characters of its own. */
const NO_RANDOM = "xxxxxxxx";
/** Stands where a service's pod would have its address; nobody has such a one. */
const NO_ADDRESS = "192.0.2.";
const HIDDEN = "[MASKED]";

/** Jobs as pods, without a cluster. */
export class KubernetesPlanner implements EnginePlanner {
  readonly #settings: KubernetesSettings;
  readonly #surroundings: PlannerSurroundings;

  constructor(settings: KubernetesSettings, surroundings: PlannerSurroundings) {
    this.#settings = settings;
    this.#surroundings = surroundings;
  }

  fit(job: JobPlan): FittedJob {
    const fitted = fitJob(job, this.#settings);
    return { ...fitted, diagnostics: [...fitted.diagnostics, ...this.#tryPatches(fitted.job)] };
  }

  containerNames(job: JobPlan): ReadonlyMap<string, string> {
    const { services } = toPodLayout(job, configuredHelper(job, this.#settings));
    return new Map(services.map(({ plan, container }) => [plan.id, container]));
  }

  placesOf(job: JobPlan): readonly string[] {
    const { namespace } = overwriteSettings(job, this.#settings).settings;
    return namespace === undefined || namespace === this.#settings.namespace ? [] : [namespace];
  }

  manifests(job: JobPlan): readonly unknown[] {
    const layout = toPodLayout(job, configuredHelper(job, this.#settings));
    const context = this.#toContext(job, layout);
    const alone =
      context.services.kind === "pods"
        ? layout.services.map((service) => toServicePod(job, service, this.#settings, context))
        : [];
    const { namespace, labels } = context;
    const own = this.#settings.namespacePerJob && namespace !== undefined ? [toNamespace(namespace, labels)] : [];
    const made = [...alone, toPod(job, this.#settings, context)].flatMap(({ pod, secret, pullSecret }: PodObjects) =>
      [pod, secret, pullSecret].filter((object) => object !== undefined),
    );
    const objects = [...own, ...made];
    const isSecret = secretTest(job.secrets);
    return objects.map((object) => hide(JSON.parse(JSON.stringify(object)), isSecret));
  }

  /** A patch that does not fit is told before anything is created, with its place in the settings file. @source K-59 */
  #tryPatches(job: JobPlan): readonly Diagnostic[] {
    if (this.#settings.podSpecPatches.length === 0) return [];
    try {
      this.manifests(job);
      return [];
    } catch (error) {
      if (!(error instanceof EngineFailureError)) throw error;
      const { message, hint, at = job.at } = error;
      return [{ severity: "error", code: "pod-spec-patch", message, at, ...(hint === undefined ? {} : { hint }) }];
    }
  }

  #toContext(job: JobPlan, layout: PodLayout): PodContext {
    const { owner, now } = this.#surroundings;
    const name = podName(job.runId, job.id, NO_RANDOM);
    const deadlineAt = now + job.timeoutMs;
    const labels: LabelSource = { runId: job.runId, job: job.name, owner, deadlineAt, extra: new Map() };
    const inPods = chooseLayout(job, this.#settings).layout === "pods";
    const addresses = new Map(layout.services.map(({ plan }, index) => [plan.id, `${NO_ADDRESS}${index + 1}`]));
    return {
      name,
      ...(this.#settings.namespacePerJob ? { namespace: name } : {}),
      labels,
      layout,
      services: inPods ? { kind: "pods", addresses } : { kind: "containers" },
      failedPolicies: new Map(),
      logins: new Map(),
    };
  }
}

function hide(value: Json | undefined, isSecret: (text: string) => boolean): Json {
  if (value === undefined) return null;
  if (typeof value === "string") return isSecret(value) ? HIDDEN : value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => hide(item, isSecret));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hide(inner, isSecret)]));
}
