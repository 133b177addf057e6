// `.outrigger`, a hidden key that GitLab ignores: what its language has no words for.

import type { OwnReadiness } from "../../model/readiness.ts";
import type { Service } from "../../model/service.ts";
import type { YamlMapping, YamlNode } from "../../yaml/yaml-node.ts";
import { readOwnReadiness } from "../own-readiness.ts";
import { checkKeys, valueOf } from "./config-values.ts";
import { onlyKeys } from "./keywords.ts";
import type { Report } from "./report.ts";

const KEY = ".outrigger";
const TOP_KEYS = onlyKeys("services");
const SERVICE_KEYS = onlyKeys("ready timeout");

/** Settings by the name of a service: one of its host names, or its image as written. */
export class OwnSettings {
  readonly #readiness: ReadonlyMap<string, OwnReadiness>;

  constructor(readiness: ReadonlyMap<string, OwnReadiness>) {
    this.#readiness = readiness;
  }

  applyTo(service: Service): Service {
    const names = [service.label, ...service.hostNames, service.image.text];
    const found = names.map((name) => this.#readiness.get(name)).find((own) => own !== undefined);
    return found === undefined ? service : { ...service, ownReadiness: found };
  }
}

export function readOwnSettings(root: YamlMapping, report: Report): OwnSettings {
  const readiness = new Map<string, OwnReadiness>();
  const settings = mappingAt(root, KEY, KEY, report);
  if (settings === undefined) return new OwnSettings(readiness);
  checkKeys(settings, TOP_KEYS, KEY, report);
  const services = mappingAt(settings, "services", `${KEY}:services`, report);
  for (const name of services?.entries.keys() ?? []) {
    const path = `${KEY}:services:${name}`;
    const service = services === undefined ? undefined : mappingAt(services, name, path, report);
    if (service !== undefined) readiness.set(name, readService(service, path, report));
  }
  return new OwnSettings(readiness);
}

function readService(service: YamlMapping, path: string, report: Report): OwnReadiness {
  checkKeys(service, SERVICE_KEYS, path, report);
  const values = { ready: valueOf(service, "ready"), timeout: valueOf(service, "timeout") };
  const own = readOwnReadiness(values, (at, keys, expected) =>
    refuse(at, [path, ...keys].join(":"), `should be ${expected}`, report),
  );
  return own ?? {};
}

function mappingAt(parent: YamlMapping, key: string, path: string, report: Report): YamlMapping | undefined {
  const value = valueOf(parent, key);
  if (value === undefined || value.kind === "mapping") return value;
  return refuse(value, path, "should be a hash", report);
}

function refuse(at: YamlNode, path: string, text: string, report: Report): undefined {
  return report.error({ code: "invalid-own-setting", path, text: `config ${text}`, at });
}
