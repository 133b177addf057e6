import type { ContainerSpec } from "../model/container.ts";
import { parseImageRef } from "../model/image-ref.ts";
import { matchesImageEntry } from "../model/normal-image.ts";
import type { DialectId } from "../model/pipeline.ts";
import type { Service } from "../model/service.ts";
import type { Step } from "../model/step.ts";
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

export interface PrivilegeList {
  readonly dialect: DialectId;
  /** The operator's, beside the dialect's own. */
  readonly images: readonly string[] | undefined;
}

export type ImagePrivilege =
  | { readonly kind: "none" }
  /** `byName`: the operator's entry names no tag, so it grants every image of that repository. */
  | { readonly kind: "granted"; readonly byName: boolean }
  /** On the list, and the file sets something that would hand the privilege on. */
  | { readonly kind: "withheld"; readonly reason: string };

/**
 * Whether a container runs privileged without trust: its image is on the list, and nothing in the file decides what runs in
 * it or what it sees of the host.
 *
 * @source DR-144, DR-145, DR-194 to DR-199
 */
function judgeImagePrivilege(spec: ContainerSpec, list: PrivilegeList): ImagePrivilege {
  const { images = [] } = list;
  const ofDialect = OF_DIALECT[list.dialect];
  if (ofDialect.length === 0 && images.length === 0) return { kind: "none" };
  const ref = parseImageRef(spec.image.text);
  if (ref === undefined) return { kind: "none" };
  const isBuiltIn = ofDialect.some((entry) => matchesImageEntry(entry, ref));
  const own = images.filter((entry) => matchesImageEntry(entry, ref)).flatMap((one) => parseImageRef(one) ?? []);
  if (!isBuiltIn && own.length === 0) return { kind: "none" };
  const reason = findReason(spec);
  if (reason !== undefined) return { kind: "withheld", reason };
  return { kind: "granted", byName: !isBuiltIn && own.every(({ tag, digest }) => (tag ?? digest) === undefined) };
}

export function isPrivilegedByImage(spec: ContainerSpec, list: PrivilegeList): boolean {
  return judgeImagePrivilege(spec, list).kind === "granted";
}

/** Whether a list could grant it, were its image on it. */
export function mayBeListed(spec: ContainerSpec): boolean {
  return parseImageRef(spec.image.text) !== undefined && findReason(spec) === undefined;
}

/** What a person should know about the verdict; undefined when the list has nothing to do with it. */
export function tellImagePrivilege(container: Service | Step, list: PrivilegeList): Diagnostic | undefined {
  const verdict = judgeImagePrivilege(container, list);
  if (verdict.kind === "none") return undefined;
  const { text } = container.image;
  const subject = { path: "name" in container ? container.name : container.label, at: container.at };
  if (verdict.kind === "granted") {
    const message = `"${text}" runs privileged: it is on the list of privileged images`;
    const found = { code: "image-privileged" as const, ...subject };
    if (!verdict.byName) return { ...found, severity: "note", message };
    const hint = "name the tag or the digest in the list";
    return { ...found, severity: "warning", message: `${message}, with every tag`, hint };
  }
  // Without trust a container that says it itself was refused before anything starts.
  const outcome = container.privileged ? "only trust lets it be privileged" : "it starts unprivileged";
  return {
    severity: "warning",
    code: "image-not-privileged",
    message: `"${text}" is on the privileged list but ${verdict.reason}, so ${outcome}`,
    ...subject,
    hint: "remove it, or say privileged: true and run with --trusted=security",
  };
}

function findReason(spec: ContainerSpec & Partial<Step>): string | undefined {
  if ((spec.scripts ?? []).length > 0) return "has commands";
  if (spec.command !== undefined && spec.isPlugin !== true) return "sets a command";
  if (spec.entrypoint !== undefined) return "sets an entrypoint";
  if (spec.volumes.length > 0) return "mounts a volume";
  if (spec.detach === true) return "is detached";
  const variable = TELLING_VARIABLES.find((name) => {
    const origin = spec.variables.get(name)?.origin;
    return origin !== undefined && origin !== "predefined";
  });
  return variable === undefined ? undefined : `sets ${variable}`;
}
