import type { ImageRef } from "../model/image-ref.ts";
import { matchesImageEntry } from "../model/normal-image.ts";
import type { DialectId, Step } from "../model/pipeline.ts";
import type { Diagnostic } from "../text/diagnostic.ts";

/** Built into the old servers: images that build and push images, for which they took no arguments of the user. */
const OF_DIALECT: Readonly<Record<DialectId, readonly string[]>> = {
  gitlab: [],
  "drone-0.3": [],
  "drone-0.4": ["plugins/drone-docker", "plugins/drone-gcr"],
  "drone-0.5": ["plugins/docker", "plugins/gcr", "plugins/ecr"],
  "drone-0.8": ["plugins/docker", "plugins/gcr", "plugins/ecr"],
  "drone-1": ["plugins/docker", "plugins/acr", "plugins/ecr", "plugins/gcr", "plugins/heroku", "plugins/gar"],
  woodpecker: [],
};

/** Variables with which a plugin would run something else than itself (DR-197). */
const TELLING_VARIABLES = ["XDG_RUNTIME_DIR", "DOCKER_OPTS", "DOCKER_HOST", "PATH", "HOME"];

export type PluginPrivilege =
  | { readonly kind: "none" }
  | { readonly kind: "granted" }
  /** On the list, and the file sets something that would hand the privilege on. */
  | { readonly kind: "withheld"; readonly finding: Diagnostic };

/**
 * Whether a plugin runs privileged without trust: its image is on the list, and nothing in the file decides what runs in
 * it or what it sees of the host.
 *
 * @source DR-144, DR-145, DR-194 to DR-199
 */
export function judgePluginPrivilege(
  step: Step,
  ref: ImageRef,
  list: { readonly dialect: DialectId; readonly images: readonly string[] | undefined },
): PluginPrivilege {
  const entries = list.images ?? OF_DIALECT[list.dialect];
  if (!entries.some((entry) => matchesImageEntry(entry, ref))) return { kind: "none" };
  const reason = findReason(step);
  if (reason === undefined) return { kind: "granted" };
  return {
    kind: "withheld",
    finding: {
      severity: "warning",
      code: "plugin-not-privileged",
      path: step.name,
      message: `"${step.image.text}" is on the privileged list but ${reason}, so it starts unprivileged`,
      at: step.at,
      hint: "remove it, or say privileged: true and run with --trusted=security",
    },
  };
}

function findReason(step: Step): string | undefined {
  if (step.scripts.length > 0) return "has commands";
  if (step.command !== undefined && step.isPlugin !== true) return "sets a command";
  if (step.entrypoint !== undefined) return "sets an entrypoint";
  if (step.volumes.length > 0) return "mounts a volume";
  if (step.detach) return "is detached";
  const variable = TELLING_VARIABLES.find((name) => step.variables.get(name)?.origin === "step");
  return variable === undefined ? undefined : `sets ${variable}`;
}
