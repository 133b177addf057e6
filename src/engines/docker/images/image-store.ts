import type { PullPolicy } from "../../../model/container.ts";
import { hasValidDigest, toPullReference } from "../../../model/image-ref.ts";
import type { ImagePlan } from "../../../model/job-plan.ts";
import { repositoryOf } from "../../../model/normal-image.ts";
import { ImageError } from "../../../model/outrigger-error.ts";
import { loginOf } from "../../../model/registry-paths.ts";
import { assertNever } from "../../../text/assert-never.ts";
import type { FetchedImage, ImageObserver } from "../../engine.ts";
import type { DockerApi } from "../api/docker-api.ts";
import type { ImageInfo } from "../api/images.ts";
import { type PullTools, pullImage } from "./pull.ts";
import { SharedPulls } from "./shared-pulls.ts";
import { toFetchedImage } from "./to-fetched-image.ts";

/** Images by their plans: fetches them, and remembers which one a plan got, so that a tag that moves changes nothing. */
export class ImageStore {
  readonly #tools: PullTools;
  readonly #pulls = new SharedPulls();
  readonly #fetched = new Map<string, FetchedImage>();

  constructor(tools: PullTools) {
    this.#tools = tools;
  }

  /** @source GS-614, GS-615, GS-616 */
  async fetch(plan: ImagePlan, observer: ImageObserver, signal: AbortSignal): Promise<FetchedImage> {
    const { text } = plan.ref;
    if (!hasValidDigest(plan.ref)) {
      const hint = "a digest is sha256: and 64 hexadecimal digits";
      throw new ImageError("image_invalid", text, `image "${text}" has a digest that no registry can have`, { hint });
    }
    const failures: ImageError[] = [];
    for (const [attempt, policy] of plan.pullPolicies.entries()) {
      try {
        const image = await this.#fetchBy(policy, plan, observer, signal);
        this.#fetched.set(keyOf(plan), image);
        return image;
      } catch (error) {
        const next = plan.pullPolicies[attempt + 1];
        if (!(error instanceof ImageError)) throw error;
        failures.push(error);
        // That there is no local image says less than why the registry gave none (DR-152).
        if (next === undefined) throw failures.find((failure) => failure.code !== "image_not_local") ?? error;
        observer.onRetry(text, `${error.message}; trying pull policy "${next}"`);
      }
    }
    throw new Error(`image "${text}" has no pull policy`);
  }

  /** The image a plan was fetched as; one that was never fetched is taken from what is local. */
  async find(plan: ImagePlan, signal: AbortSignal): Promise<FetchedImage> {
    return this.#fetched.get(keyOf(plan)) ?? (await this.#fetchLocal(plan, signal)) ?? fail(plan);
  }

  async #fetchBy(
    policy: PullPolicy,
    plan: ImagePlan,
    observer: ImageObserver,
    signal: AbortSignal,
  ): Promise<FetchedImage> {
    switch (policy) {
      case "never":
        return (await this.#fetchLocal(plan, signal)) ?? fail(plan);
      case "if-not-present":
        return (await this.#fetchLocal(plan, signal)) ?? (await this.#pull(plan, observer, signal));
      case "always":
        return isImageId(plan)
          ? ((await this.#fetchLocal(plan, signal)) ?? fail(plan))
          : await this.#pull(plan, observer, signal);
      default:
        return assertNever(policy);
    }
  }

  async #fetchLocal(plan: ImagePlan, signal: AbortSignal): Promise<FetchedImage | undefined> {
    const info = await inspect(this.#tools.api, plan, signal);
    if (info === undefined || !isForPlatform(info, plan.platform)) return undefined;
    return toFetchedImage(plan.ref, info, { how: "local", pulledBytes: 0 });
  }

  async #pull(plan: ImagePlan, observer: ImageObserver, signal: AbortSignal): Promise<FetchedImage> {
    const pulledBytes = await this.#pulls.join(keyOf(plan), observer, signal, (all, shared) =>
      pullImage(plan, this.#tools, all, shared),
    );
    const info = await inspect(this.#tools.api, plan, signal);
    if (info === undefined) return fail(plan);
    return toFetchedImage(plan.ref, info, { how: "pulled", pulledBytes });
  }
}

/** All forms of one reference are one image, and one pull (DR-140); another login may give another image. */
function keyOf({ ref, platform, auth }: ImagePlan): string {
  const version = ref.digest ?? ref.tag ?? "latest";
  return [platform ?? "", isImageId({ ref }) ? ref.text : repositoryOf(ref), version, loginOf(auth)].join(" ");
}

/** `sha256:<64 hex>` reads as a name with a tag, and means an image of this engine. */
function isImageId({ ref }: Pick<ImagePlan, "ref">): boolean {
  return ref.name === "sha256" && /^[0-9a-f]{64}$/.test(ref.tag ?? "");
}

async function inspect(api: DockerApi, plan: ImagePlan, signal: AbortSignal): Promise<ImageInfo | undefined> {
  return await api.images.inspect(toPullReference(plan.ref), signal);
}

/** `linux/arm64/v8`, `arm64`: the variant is the engine's affair. */
function isForPlatform(info: ImageInfo, platform: string | undefined): boolean {
  if (platform === undefined) return true;
  const [first, second] = platform.split("/");
  const [os, architecture] = second === undefined ? [undefined, first] : [first, second];
  return (
    (os === undefined || os === info.operatingSystem) &&
    (architecture === undefined || architecture === info.architecture)
  );
}

function fail({ ref, platform }: ImagePlan): never {
  const what = platform === undefined ? "" : ` for platform "${platform}"`;
  throw new ImageError(
    "image_not_local",
    ref.text,
    `image "${ref.text}"${what} is not on this engine, and it is not to be pulled`,
    {
      hint: `docker pull ${ref.text}, or allow it: --pull if-not-present`,
    },
  );
}
