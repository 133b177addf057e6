// The keys that `image` and `services` share.

import type { PullPolicy } from "../../model/container.ts";
import { spanOf, type YamlMapping, type YamlNode } from "../../yaml/yaml-node.ts";
import { checkKeys, stringOf, stringsOf, valueOf } from "./config-values.ts";
import { DOCKER_KEYS, KUBERNETES_KEYS } from "./keywords.ts";
import type { Report } from "./report.ts";

const PULL_POLICIES: readonly PullPolicy[] = ["always", "if-not-present", "never"];
const MAX_PLATFORM_LENGTH = 64;
const MAX_USER_LENGTH = 255;

/** @source GY-134, GY-139: `ports` has its own message. */
export function refusePorts(mapping: YamlMapping, path: string, report: Report): void {
  const ports = mapping.entries.get("ports");
  if (ports === undefined) return;
  report.error({ code: "disallowed-key", path, text: "config contains disallowed keys: ports", at: ports.key });
}

export function readName(
  mapping: YamlMapping,
  path: string,
  report: Report,
): { name: string; at: YamlNode } | undefined {
  const value = valueOf(mapping, "name");
  const name = value === undefined ? undefined : stringOf(value);
  if (value !== undefined && name !== undefined && name.trim() !== "") return { name, at: value };
  const isBlank = value === undefined || name !== undefined;
  return report.error({
    code: "missing-name",
    path,
    text: isBlank ? "name can't be blank" : "name should be a string",
    at: value ?? mapping,
    hint: "name: is the image, for example name: postgres:16",
  });
}

/** A list of strings; `[]` says nothing and counts as absent (GS-123, GS-125). */
export function readArgv(
  mapping: YamlMapping,
  key: "entrypoint" | "command",
  path: string,
  report: Report,
): readonly string[] | undefined {
  const value = valueOf(mapping, key);
  if (value === undefined) return undefined;
  const argv = stringsOf(value);
  if (argv === undefined) {
    const word = stringOf(value);
    const hint =
      word === undefined
        ? undefined
        : `write ${key}: ${JSON.stringify(word.split(/\s+/).filter((part) => part !== ""))}`;
    return report.error({
      code: `invalid-${key}`,
      path,
      text: `${key} should be an array of strings`,
      at: value,
      hint,
    });
  }
  if (argv.length > 0) return argv;
  const consequence = key === "entrypoint" ? `; [""] clears the image's own` : "";
  report.add({
    severity: "note",
    code: `empty-${key}`,
    message: `an empty ${key} counts as not set${consequence}`,
    at: spanOf(value),
    path: `${path}:${key}`,
  });
  return undefined;
}

/** @source GY-137, GS-107 */
export function readPullPolicy(mapping: YamlMapping, path: string, report: Report): readonly PullPolicy[] | undefined {
  const value = valueOf(mapping, "pull_policy");
  if (value === undefined) return undefined;
  const at = value;
  const word = stringOf(value);
  const words = word === undefined ? stringsOf(value) : [word];
  const policyPath = `${path}:pull_policy`;
  if (words === undefined) {
    return report.error({
      code: "invalid-pull-policy",
      path: policyPath,
      text: "config should be a string or an array of strings",
      at,
    });
  }
  if (words.length === 0)
    return report.error({ code: "invalid-pull-policy", path: policyPath, text: "config can't be blank", at });
  const unknown = words.filter((policy) => !isPullPolicy(policy));
  if (unknown.length === 0) return [...new Set(words.filter(isPullPolicy))];
  return report.error({
    code: "invalid-pull-policy",
    path: policyPath,
    text: `config contains unknown values: ${unknown.join(", ")}`,
    at,
    hint: `expected ${PULL_POLICIES.join(", ")}`,
  });
}

export interface DockerOptions {
  readonly platform: string | undefined;
  readonly user: string | undefined;
}

/** @source GY-136, GS-108 */
export function readDockerOptions(mapping: YamlMapping, path: string, report: Report): DockerOptions {
  const value = valueOf(mapping, "docker");
  if (value === undefined) return { platform: undefined, user: undefined };
  const dockerPath = `${path}:docker`;
  if (value.kind !== "mapping") {
    report.error({ code: "invalid-docker-options", path: dockerPath, text: "config should be a hash", at: value });
    return { platform: undefined, user: undefined };
  }
  checkKeys(value, DOCKER_KEYS, dockerPath, report);
  return {
    platform: readOption(value, "platform", MAX_PLATFORM_LENGTH, dockerPath, report),
    user: readOption(value, "user", MAX_USER_LENGTH, dockerPath, report),
  };
}

/** Counts on Kubernetes only, where it wins over Docker's. @source K-58 */
export function readClusterUser(mapping: YamlMapping, path: string, report: Report): string | undefined {
  const value = valueOf(mapping, "kubernetes");
  if (value === undefined) return undefined;
  const ownPath = `${path}:kubernetes`;
  if (value.kind !== "mapping") {
    return report.error({
      code: "invalid-kubernetes-options",
      path: ownPath,
      text: "config should be a hash",
      at: value,
    });
  }
  checkKeys(value, KUBERNETES_KEYS, ownPath, report);
  return readOption(value, "user", MAX_USER_LENGTH, ownPath, report);
}

function readOption(
  options: YamlMapping,
  key: "platform" | "user",
  maxLength: number,
  path: string,
  report: Report,
): string | undefined {
  const value = valueOf(options, key);
  if (value === undefined) return undefined;
  const text = stringOf(value) ?? (key === "user" ? numericUser(value) : undefined);
  if (text !== undefined && text.length >= 1 && text.length <= maxLength) return text;
  return report.error({
    code: path.endsWith(":kubernetes") ? "invalid-kubernetes-options" : "invalid-docker-options",
    path,
    text: `${key} should be a string of 1 to ${maxLength} characters`,
    at: value,
  });
}

/** `user: 1000` is a number to YAML and a user to everybody. */
function numericUser(value: YamlNode): string | undefined {
  return value.kind === "scalar" && /^\d+$/.test(value.text) ? value.text : undefined;
}

function isPullPolicy(word: string): word is PullPolicy {
  return PULL_POLICIES.some((policy) => policy === word);
}
