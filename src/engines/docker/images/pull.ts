import { toPullReference } from "../../../model/image-ref.ts";
import type { ImagePlan } from "../../../model/job-plan.ts";
import type { Clock } from "../../../system/clock.ts";
import type { ImageObserver } from "../../engine.ts";
import { judgePull } from "../../pull-error.ts";
import type { DockerApi } from "../api/docker-api.ts";
import { PullFailure, type PullProgress } from "../api/images.ts";
import { DockerRefusal } from "../api/refusal.ts";

export interface PullTools {
  readonly api: DockerApi;
  readonly findAuth: (image: ImagePlan) => Promise<string | undefined>;
  readonly clock: Clock;
  /** 0 up to 1: spreads the attempts of many processes. */
  readonly random: () => number;
}

const MAX_RETRIES = 2;

/**
 * Pulls an image, again when the failure may pass (GS-617).
 *
 * @returns the bytes that came over the network.
 * @throws ImageError, EngineFailureError `disk_full`
 */
export async function pullImage(
  plan: ImagePlan,
  tools: PullTools,
  observer: ImageObserver,
  signal: AbortSignal,
): Promise<number> {
  const image = plan.ref.text;
  observer.onPulling(image);
  for (let retries = 0; ; retries++) {
    try {
      return await pullOnce(plan, tools, observer, signal);
    } catch (error) {
      if (!(error instanceof PullFailure) && !(error instanceof DockerRefusal)) throw error;
      const verdict = judgePull(plan.ref, error instanceof PullFailure ? error.message : error.detail, error);
      if (!verdict.isTransient || retries >= MAX_RETRIES) throw verdict.error;
      observer.onRetry(image, verdict.error.message);
    }
    await tools.clock.sleep((retries + 1) * (300 + 600 * tools.random()), signal);
  }
}

async function pullOnce(
  plan: ImagePlan,
  tools: PullTools,
  observer: ImageObserver,
  signal: AbortSignal,
): Promise<number> {
  const layers = new PulledLayers();
  const registryAuth = await tools.findAuth(plan);
  const request = { reference: toPullReference(plan.ref), platform: plan.platform, registryAuth };
  await tools.api.images.pull(
    request,
    (progress) => {
      if (layers.add(progress)) observer.onProgress(plan.ref.text, layers.doneBytes, layers.totalBytes);
    },
    signal,
  );
  return layers.doneBytes;
}

/** Sums what the single layers report. Unpacking reports bytes as well; only the way over the network counts. */
class PulledLayers {
  readonly #layers = new Map<string, { readonly done: number; readonly total: number }>();

  get doneBytes(): number {
    return [...this.#layers.values()].reduce((sum, { done }) => sum + done, 0);
  }

  get totalBytes(): number {
    return [...this.#layers.values()].reduce((sum, { total }) => sum + total, 0);
  }

  /** @returns whether the sums have changed. */
  add({ layer, status, doneBytes, totalBytes }: PullProgress): boolean {
    const known = this.#layers.get(layer);
    if (status === "Downloading" && doneBytes !== undefined) {
      this.#layers.set(layer, { done: doneBytes, total: Math.max(doneBytes, totalBytes ?? 0) });
      return true;
    }
    const isComplete = status === "Download complete" || status === "Pull complete";
    if (!isComplete || known === undefined || known.done === known.total) return false;
    this.#layers.set(layer, { done: known.total, total: known.total });
    return true;
  }
}
