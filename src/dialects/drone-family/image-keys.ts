import type { ImageSpec, PullPolicy, RegistryPassword } from "../../model/container.ts";
import { hasValidDigest, parseImageRef } from "../../model/image-ref.ts";
import { spanOf, type YamlNode } from "../../yaml/yaml-node.ts";
import { presentField, readText, refuse } from "./accept.ts";
import { fieldOf, type Place } from "./scope.ts";
import { booleanOf, textOf, valueAt } from "./values.ts";

/** @returns undefined when there is no image to run; that is then told. @source DR-38, DR-45, DR-51, DR-149 */
export function readImage(place: Place): ImageSpec | undefined {
  const { rules, findings } = place.scope;
  const given = readText(place, "image")?.trim();
  const at = presentField(place, "image") ?? place.key;
  const path = `${place.path}.image`;
  const text = given === undefined && rules.imageFromKey ? place.name : given;
  if (text === undefined || text === "") {
    findings.error({
      code: "missing-image",
      text: `${rules.missingImage}: ${place.path} has no image`,
      at,
      path: place.path,
      hint: given === "" ? "a variable in it is empty" : "add image: NAME",
    });
    return undefined;
  }
  const pullPolicy = readPull(place);
  checkReference(text, at, path, place);
  return { text, at: spanOf(at), ...(pullPolicy === undefined ? {} : { pullPolicy: [pullPolicy] }) };
}

/** @source DR-146, DR-148 */
function checkReference(text: string, at: YamlNode, path: string, place: Place): void {
  const ref = parseImageRef(text);
  if (ref !== undefined && hasValidDigest(ref)) return;
  const lower = parseImageRef(text.toLowerCase()) !== undefined && text !== text.toLowerCase();
  const why = lower ? " (repository must be lower case)" : text.endsWith(":") ? " (its tag is empty)" : "";
  place.scope.findings.error({
    code: "invalid-image-reference",
    text: `${path}: "${text}" is not a valid image reference${why}`,
    at,
    path,
    hint: "expected [registry[:port]/]name[:tag][@sha256:digest]",
  });
}

const POLICIES: ReadonlyMap<string, PullPolicy> = new Map([
  ["always", "always"],
  ["if-not-exists", "if-not-present"],
  ["if-not-present", "if-not-present"],
  ["never", "never"],
]);

/** @source DR-54, DR-58, DR-150 */
function readPull(place: Place): PullPolicy | undefined {
  const node = presentField(place, "pull");
  if (node === undefined) return undefined;
  const path = `${place.path}.pull`;
  const flag = booleanOf(node);
  const { findings, rules } = place.scope;
  if (flag !== undefined) {
    if (flag && rules.id === "drone-1") {
      findings.note({
        code: "pull-true",
        text: `${path}: true pulls always here; Drone 1 took it for "only when the tag is latest"`,
        at: node,
        path,
      });
    }
    return flag ? "always" : "if-not-present";
  }
  const policy = POLICIES.get(textOf(node) ?? "");
  if (policy === undefined) return refuse(node, path, "true, false, always, if-not-exists or never", place);
  if (rules.id !== "drone-1") {
    findings.warn({
      code: "refused-by-original",
      text: `${path}: ${rules.label} knew only true and false`,
      at: node,
      path,
    });
  }
  return policy;
}

/** @source DR-38, DR-157, DR-161 */
export function readRegistryAuth(place: Place): RegistryPassword | undefined {
  const node = presentField(place, "auth_config");
  if (node === undefined) return undefined;
  const path = `${place.path}.auth_config`;
  if (node.kind !== "mapping") return refuse(node, path, "username and password", place);
  const username = textOf(valueAt(node, "username"));
  const password = textOf(valueAt(node, "password"));
  if (username === undefined || password === undefined) return undefined;
  const email = textOf(valueAt(node, "email"));
  const written = fieldOf(place, "auth_config");
  if (!place.scope.secrets.values.includes(password)) {
    place.scope.findings.warn({
      code: "password-in-file",
      text: `${path}: the password stands in the file, where everybody can read it`,
      at: written ?? node,
      path,
    });
  }
  return { username, password, ...(email === undefined ? {} : { email }) };
}
