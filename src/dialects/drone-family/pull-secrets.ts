import type { RegistryPassword } from "../../model/container.ts";
import { parseImageRef } from "../../model/image-ref.ts";
import type { YamlNode } from "../../yaml/yaml-node.ts";
import type { Findings } from "./findings.ts";
import type { Secrets } from "./secrets.ts";
import { textsOf } from "./values.ts";

const HUB = "docker.io";

/** Credentials by registry host, from secrets that hold Docker's `config.json`. The first that names a host wins. @source DR-158 */
export type Registries = ReadonlyMap<string, RegistryPassword>;

export function readPullSecrets(node: YamlNode | undefined, secrets: Secrets, findings: Findings): Registries {
  const registries = new Map<string, RegistryPassword>();
  if (node === undefined) return registries;
  const path = "image_pull_secrets";
  for (const name of textsOf(node) ?? []) {
    const text = secrets.find(name);
    const found = text === undefined ? undefined : parseDockerConfig(text);
    if (found === undefined) {
      const why = text === undefined ? "is not given" : "is no Docker config.json";
      const message = `${path}: secret "${name}" ${why}; only the engine's own credentials are used`;
      findings.note({ code: "pull-secret", text: message, at: node, path });
    }
    for (const [host, auth] of found ?? []) if (!registries.has(host)) registries.set(host, auth);
  }
  return registries;
}

export function findRegistryAuth(registries: Registries, image: string): RegistryPassword | undefined {
  const registry = parseImageRef(image)?.registry;
  return registries.get(toHost(registry ?? HUB));
}

function parseDockerConfig(text: string): readonly (readonly [string, RegistryPassword])[] | undefined {
  const auths = memberOf(parseJson(text), "auths");
  if (typeof auths !== "object" || auths === null) return undefined;
  return Object.entries(auths).flatMap(([address, entry]) => {
    const auth = toAuth(entry);
    return auth === undefined ? [] : [[toHost(address), auth] as const];
  });
}

function toAuth(entry: unknown): RegistryPassword | undefined {
  const [username, password] = [memberOf(entry, "username"), memberOf(entry, "password")];
  if (typeof username === "string" && typeof password === "string") return { username, password };
  const encoded = memberOf(entry, "auth");
  if (typeof encoded !== "string") return undefined;
  const [, user, secret] = /^([^:]+):(.*)$/s.exec(Buffer.from(encoded, "base64").toString("utf8")) ?? [];
  return user === undefined || secret === undefined ? undefined : { username: user, password: secret };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toHost(address: string): string {
  const host = address.replace(/^https?:\/\//, "").split("/")[0] ?? "";
  return host === "index.docker.io" || host === "registry-1.docker.io" ? HUB : host;
}
