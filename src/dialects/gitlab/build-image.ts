import type { ContainerSpec, ImageSpec } from "../../model/container.ts";
import { hasValidDigest, type ImageRef, parseImageRef } from "../../model/image-ref.ts";
import type { Variables } from "../../model/variables.ts";
import { spanOf } from "../../yaml/yaml-node.ts";
import type { ImageDeclaration } from "./declarations.ts";
import { expandRunner } from "./expand-runner.ts";
import type { JobVariables } from "./job-variables.ts";
import type { Report } from "./report.ts";
import { operandOf } from "./shell-operators.ts";

export function expandWith(variables: Variables, text: string): string {
  return expandRunner(text, (name) => variables.get(name)?.value);
}

export function toImageSpec(image: ImageDeclaration, text: string, variables: Variables): ImageSpec {
  const platform = image.platform && expandWith(variables, image.platform);
  const user = image.user && expandWith(variables, image.user);
  const clusterUser = image.clusterUser && expandWith(variables, image.clusterUser);
  return {
    text,
    at: spanOf(image.at),
    ...(image.pullPolicy === undefined ? {} : { pullPolicy: image.pullPolicy }),
    ...(platform === undefined || platform === "" ? {} : { platform }),
    ...(user === undefined || user === "" ? {} : { user }),
    ...(clusterUser === undefined || clusterUser === "" ? {} : { clusterUser }),
  };
}

/**
 * Tells what is wrong with an expanded reference. With a variable that nobody set it is a warning: the file may be fine
 * on the system that sets it, and the plan refuses the job when it is asked for.
 *
 * @source GS-201, GS-206, GS-208
 */
export function checkImageText(
  image: ImageDeclaration,
  text: string,
  variables: JobVariables,
  report: Report,
): ImageRef | undefined {
  const ref = parseImageRef(text);
  if (ref === undefined) {
    const unset = variables.unsetIn(image.name);
    if (isAwaited(unset, variables)) return noteAwaited("image", image, unset, report);
    const written = text === image.name ? "" : `, from "${image.name}"`;
    const isUnknown = unset.length > 0 && unset.every(isName);
    return report.whole(unset.length > 0 ? "warning" : "error", {
      code: "invalid-image-reference",
      path: image.path,
      text: isUnknown
        ? `image "${image.name}" is not known here: ${lacking(unset)} not set`
        : `invalid image reference "${text}"${written}`,
      at: image.at,
      hint: isUnknown
        ? hintToGive(unset)
        : (hintForUnset(unset) ?? "expected [registry[:port]/]name[:tag][@sha256:digest], the name in lower case"),
    });
  }
  if (!hasValidDigest(ref)) {
    report.whole("warning", {
      code: "invalid-digest",
      path: image.path,
      text: `image "${text}" has a digest that cannot be pulled: expected sha256: and 64 hex digits`,
      at: image.at,
      hint: "GitLab Runner would pull :latest instead; copy the whole digest",
    });
  }
  return ref;
}

export function isAwaited(unset: readonly string[], variables: JobVariables): boolean {
  return unset.length > 0 && variables.awaitsReports === true;
}

/** @param what `image` or `service`. @source GY-90, GY-215 */
export function noteAwaited(
  what: string,
  { name, path, at }: ImageDeclaration,
  unset: readonly string[],
  report: Report,
): undefined {
  const names = unset.map((one) => `"${one}"`).join(", ");
  const text = `${what} "${name}" is known once jobs before it have reported ${names}`;
  report.whole("note", { code: "image-from-report", path, text, at, hint: `or ${hintToGive(unset)}` });
}

export function hintForUnset(unset: readonly string[]): string | undefined {
  const [first] = unset;
  if (first === undefined) return undefined;
  const name = operandOf(first);
  if (name === undefined && !isName(first)) return undefined;
  if (name !== undefined) return `only a shell works "\${${first}}" out; write $${name}, and give it a value`;
  return `${lacking(unset)} not set; ${hintToGive(unset)}`;
}

/** The runner takes all that stands between braces for one; this is one that somebody could set. */
function isName(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text);
}

function lacking(unset: readonly string[]): string {
  const names = unset.map((name) => `"${name}"`).join(", ");
  return unset.length === 1 ? `variable ${names} is` : `variables ${names} are`;
}

/** GitLab's own may be a registry's, for one, which a project has or has not. */
function hintToGive([first = ""]: readonly string[]): string {
  return `give it with --variable ${first}=VALUE${first.startsWith("CI_") ? ", as GitLab sets it" : ""}`;
}

/** What a GitLab file cannot ask of a container. */
export const NO_CONTAINER_OPTIONS: Omit<ContainerSpec, "image" | "variables"> = {
  privileged: false,
  volumes: [],
  devices: [],
  tmpfs: [],
  extraHosts: [],
  dns: [],
  dnsSearch: [],
  hostAccess: [],
};
