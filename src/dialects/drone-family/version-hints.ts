// `pipeline:` was the section of 0.5 to 0.8; which of them wrote a file cannot always be told (DR-24).

import { mentionsHost } from "../../text/mentions-host.ts";
import type { YamlMapping, YamlNode } from "../../yaml/yaml-node.ts";
import { someText } from "./localhost.ts";
import { textOf, valueOf } from "./values.ts";

export interface VersionHint {
  readonly version: "0.5" | "0.8";
  /** What gave it away: `step "secrets"`. */
  readonly why: string;
}

const NEW_KEYS = ["secrets", "group", "tmpfs", "networks", "ipc_mode", "sysctls"] as const;
const OLD_KEYS = ["volumes_from", "oom_kill_disable"] as const;

/** Ports that well-known services listen on, by a word of their image. */
const PORTS: readonly (readonly [RegExp, string])[] = [
  [/postgres|postgis|pgvector|timescale/, "5432"],
  [/mysql|mariadb|percona/, "3306"],
  [/redis|valkey|keydb/, "6379"],
  [/mongo/, "27017"],
  [/memcached/, "11211"],
  [/rabbitmq/, "5672"],
  [/elasticsearch|opensearch/, "9200"],
  [/minio/, "9000"],
  [/selenium/, "4444"],
  [/docker/, "2375"],
];

/** @returns undefined without any hint: the file is read as 0.8, and reached both ways (DR-119). @source DR-24 */
export function findVersionHint(document: YamlMapping): VersionHint | undefined {
  return structuralHint(document) ?? addressHint(document);
}

function structuralHint(document: YamlMapping): VersionHint | undefined {
  const pipeline = valueOf(document, "pipeline");
  const containers = [...bodiesOf(pipeline), ...bodiesOf(valueOf(document, "services"))];
  if (valueOf(document, "clone") !== undefined) return { version: "0.8", why: 'top-level "clone"' };
  const has = (key: string): boolean => containers.some((body) => body.entries.has(key));
  const newKey = NEW_KEYS.find(has);
  if (newKey !== undefined) return { version: "0.8", why: `"${newKey}" in a container` };
  const oldKey = OLD_KEYS.find(has);
  if (oldKey !== undefined) return { version: "0.5", why: `"${oldKey}" in a container` };
  const bare = pipeline?.kind === "mapping" && bodiesOf(pipeline).some((body) => !body.entries.has("image"));
  if (bare) return { version: "0.5", why: "a step without an image" };
  const hasClone = pipeline?.kind === "mapping" && pipeline.entries.has("clone");
  return hasClone ? { version: "0.5", why: '"clone" among the steps' } : undefined;
}

/** How the steps reach the services: by localhost and a port of theirs, or by name. */
function addressHint(document: YamlMapping): VersionHint | undefined {
  const pipeline = valueOf(document, "pipeline");
  const services = valueOf(document, "services");
  if (pipeline === undefined || services === undefined) return undefined;
  const names = namesOf(services);
  const usesName = names.find(
    (name) => someText(pipeline, (text) => mentionsHost(text, name)) || someEnvironment(pipeline, name),
  );
  if (usesName !== undefined) return { version: "0.8", why: `the steps use the service name "${usesName}" as a host` };
  const images = bodiesOf(services).map((body) => textOf(valueOf(body, "image")) ?? "");
  const ports = PORTS.flatMap(([image, port]) => ([...images, ...names].some((one) => image.test(one)) ? [port] : []));
  const local = new RegExp(`(?<![\\w.-])(?:localhost|127\\.0\\.0\\.1):(?:${ports.join("|")})(?!\\d)`);
  const usesLocalhost = ports.length > 0 && someText(pipeline, (text) => local.test(text));
  return usesLocalhost ? { version: "0.5", why: "the steps use a service's port at localhost" } : undefined;
}

/** `DB_HOST: database`: a variable that is the name itself. */
function someEnvironment(pipeline: YamlNode, name: string): boolean {
  return bodiesOf(pipeline).some((body) => {
    const environment = valueOf(body, "environment");
    if (environment?.kind === "mapping") {
      return [...environment.entries.values()].some(
        ({ key, value }) => /HOST|ADDR|URL/i.test(key.text) && textOf(value) === name,
      );
    }
    return (
      environment?.kind === "sequence" &&
      environment.items.some((item) => new RegExp(`HOST\\w*=${escape(name)}$`, "i").test(textOf(item) ?? ""))
    );
  });
}

function bodiesOf(section: YamlNode | undefined): readonly YamlMapping[] {
  if (section === undefined || section.kind === "scalar") return [];
  const nodes = section.kind === "sequence" ? section.items : [...section.entries.values()].map(({ value }) => value);
  return nodes.filter((node) => node.kind === "mapping");
}

function namesOf(section: YamlNode): readonly string[] {
  if (section.kind === "mapping") return [...section.entries.values()].map(({ key }) => key.text);
  return bodiesOf(section).flatMap((body) => textOf(valueOf(body, "name")) ?? []);
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
