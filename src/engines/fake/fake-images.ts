import type { PullPolicy } from "../../model/container.ts";
import { hasValidDigest, toPullReference } from "../../model/image-ref.ts";
import type { ImagePlan } from "../../model/job-plan.ts";
import { ImageError } from "../../model/outrigger-error.ts";
import type { FetchedImage, ImageObserver } from "../engine.ts";
import type { FakeImage, FakeWorld } from "./fake-world.ts";

/** Gets an image by the policies in order, as a real engine does. */
export async function fetchFakeImage(
  plan: ImagePlan,
  world: FakeWorld,
  observer: ImageObserver,
  signal: AbortSignal,
): Promise<FetchedImage> {
  const { text } = plan.ref;
  if (!hasValidDigest(plan.ref)) throw new ImageError("image_invalid", text, `image "${text}" has no valid digest`);
  for (const [attempt, policy] of plan.pullPolicies.entries()) {
    try {
      return await fetchBy(policy, plan, world, observer, signal);
    } catch (error) {
      const next = plan.pullPolicies[attempt + 1];
      if (!(error instanceof ImageError) || next === undefined) throw error;
      observer.onRetry(text, `${error.message}; trying pull policy "${next}"`);
    }
  }
  throw new Error(`image "${text}" has no pull policy`);
}

function toFakeImage(plan: ImagePlan, image: FakeImage, pulledBytes?: number): FetchedImage {
  return {
    reference: toPullReference(plan.ref),
    id: `fake:${plan.ref.text}`,
    how: pulledBytes === undefined ? "local" : "pulled",
    pulledBytes: pulledBytes ?? 0,
    exposedTcpPorts: image.exposedTcpPorts ?? [],
    env: image.env ?? new Map(),
    labels: image.labels ?? new Map(),
    entrypoint: image.entrypoint ?? [],
    command: image.command ?? [],
    ...(image.healthCheck === undefined ? {} : { healthCheck: image.healthCheck }),
  };
}

async function fetchBy(
  policy: PullPolicy,
  plan: ImagePlan,
  world: FakeWorld,
  observer: ImageObserver,
  signal: AbortSignal,
): Promise<FetchedImage> {
  const { text } = plan.ref;
  const image = world.images?.get(text) ?? {};
  if (policy !== "always" && (image.isLocal ?? true)) return toFakeImage(plan, image);
  if (policy === "never") throw new ImageError("image_not_local", text, `image "${text}" is not on this engine`);
  observer.onPulling(text);
  const bytes = image.pullBytes ?? 0;
  await world.clock.sleep(image.pullMs ?? 0, signal);
  if (image.failure !== undefined) throw new ImageError(image.failure.code, text, image.failure.message);
  observer.onProgress(text, bytes, bytes);
  return toFakeImage(plan, image, bytes);
}
