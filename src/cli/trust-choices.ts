import { parseImageRef } from "../model/image-ref.ts";
import { UsageError } from "../model/outrigger-error.ts";
import { CAPABILITIES, type Capability } from "../model/trust.ts";
import type { PlanChoices } from "../plan/choices.ts";
import type { TrustOptions } from "./commands/trust-options.ts";

type TrustChoices = Pick<PlanChoices, "trusted" | "trustedPaths" | "privilegedImages" | "trustCompat">;

/** What the person grants a file. @throws UsageError for what grants nothing. */
export function toTrustChoices(options: TrustOptions): TrustChoices {
  return {
    trusted: parseTrusted(options.trusted),
    trustedPaths: (options.trustedPath ?? []).map(checkPath),
    privilegedImages: (options.privilegedImage ?? []).map(checkImage),
    trustCompat: options.trustCompat,
  };
}

/**
 * What `--trusted[=network,volumes,security]` grants; `optional-values.ts` spells out the option without a value.
 *
 * @param text undefined: the option was not given.
 */
function parseTrusted(text: string | undefined): ReadonlySet<Capability> {
  if (text === undefined) return new Set();
  const words = text.split(",").map((word) => word.trim());
  return new Set(
    words.map((word) => {
      const capability = CAPABILITIES.find((known) => known === word);
      if (capability === undefined) {
        throw new UsageError(`--trusted "${word}" is unknown`, { hint: `known are ${CAPABILITIES.join(", ")}` });
      }
      return capability;
    }),
  );
}

function checkPath(path: string): string {
  if (path.startsWith("/")) return path;
  throw new UsageError(`--trusted-path "${path}" is not an absolute path`, {
    hint: "it is a path of the engine's machine, for example --trusted-path /srv/cache",
  });
}

function checkImage(image: string): string {
  if (parseImageRef(image) !== undefined) return image;
  throw new UsageError(`--privileged-image "${image}" is not an image reference`, {
    hint: "for example --privileged-image docker:dind",
  });
}
