import type { Engine, FetchedImage } from "../engines/engine.ts";
import type { EventSink } from "../events/run-event.ts";
import type { ImagePlan } from "../model/job-plan.ts";
import { ImageError } from "../model/outrigger-error.ts";
import { loginOf } from "../model/registry-paths.ts";
import type { Clock } from "../system/clock.ts";

/** The images of one run. Each is fetched once, however many jobs and services use it. */
export interface RunImages {
  /** Starts the fetch, or joins the one that runs. @throws ImageError, or what the engine throws. */
  fetch(image: ImagePlan): Promise<FetchedImage>;
}

export interface RunImagesOptions {
  readonly engine: Engine;
  readonly emit: EventSink;
  readonly clock: Clock;
  /** Ends all fetches. */
  readonly signal: AbortSignal;
}

export function createRunImages(options: RunImagesOptions): RunImages {
  const fetches = new Map<string, Promise<FetchedImage>>();
  return {
    fetch: (image) => {
      const key = JSON.stringify([image.ref.text, image.pullPolicies, image.platform, loginOf(image.auth)]);
      const known = fetches.get(key);
      if (known !== undefined) return known;
      const fetch = fetchAndTell(image, options);
      // Started early and awaited later: until then nobody else takes the rejection.
      fetch.catch(() => undefined);
      fetches.set(key, fetch);
      return fetch;
    },
  };
}

async function fetchAndTell(plan: ImagePlan, { engine, emit, clock, signal }: RunImagesOptions): Promise<FetchedImage> {
  const image = plan.ref.text;
  const startedAt = clock.elapsed();
  let refusal: string | undefined;
  try {
    const fetched = await engine.fetchImage(
      plan,
      {
        onPulling: () => emit({ type: "image.pulling", image }),
        onProgress: (_, doneBytes, totalBytes) => emit({ type: "image.progress", image, doneBytes, totalBytes }),
        onRetry: (_, reason) => {
          refusal = reason;
          emit({ type: "image.retrying", image, reason });
        },
      },
      signal,
    );
    // Its node gets it in its own time, and says nothing of how.
    if (fetched.how === "by node") return fetched;
    const afterMs = Math.round(clock.elapsed() - startedAt);
    emit({ type: "image.pulled", image, how: fetched.how, bytes: fetched.pulledBytes, afterMs });
    if (refusal !== undefined && fetched.how === "local" && plan.pullPolicies[0] === "always") {
      emit({ type: "run.note", level: "warning", text: describeOldImage(fetched, image, refusal) });
    }
    return fetched;
  } catch (error) {
    if (error instanceof ImageError) {
      emit({ type: "image.failed", image, code: error.code, message: error.message });
    }
    throw error;
  }
}

/** The file wants the newest image and the registry gives none: an old one serves, and that is said (DR-152). */
function describeOldImage({ createdAt }: FetchedImage, image: string, refusal: string): string {
  const built = createdAt === undefined ? "" : ` of ${new Date(createdAt).toISOString().slice(0, 10)}`;
  return `image "${image}" could not be pulled, the local one${built} is used: ${refusal}`;
}
