// `.outrigger`, a hidden key that GitLab ignores: what its language has no words for.

import type { Service } from "../../model/pipeline.ts";
import type { OwnProbe, OwnReadiness } from "../../model/readiness.ts";
import { parseDuration } from "../../text/duration.ts";
import type { YamlMapping, YamlNode } from "../../yaml/yaml-node.ts";
import { checkKeys, integerOf, isNull, stringOf, stringsOf, valueOf } from "./config-values.ts";
import type { KnownKeys } from "./keywords.ts";
import type { Report } from "./report.ts";

const KEY = ".outrigger";
const NO_KEYS: ReadonlySet<string> = new Set();
const TOP_KEYS: KnownKeys = { read: new Set(["services"]), known: NO_KEYS };
const SERVICE_KEYS: KnownKeys = { read: new Set(["ready", "timeout"]), known: NO_KEYS };
const READY_KEYS: KnownKeys = { read: new Set(["tcp", "command", "http"]), known: NO_KEYS };
const MAX_PORT = 65_535;

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
  const probe = readProbe(service, `${path}:ready`, report);
  const timeoutMs = readTimeoutMs(service, path, report);
  return { ...(probe === undefined ? {} : { probe }), ...(timeoutMs === undefined ? {} : { timeoutMs }) };
}

/** `ready: none`, or one of `tcp`, `command`, `http`. */
function readProbe(service: YamlMapping, path: string, report: Report): OwnReadiness["probe"] {
  const ready = valueOf(service, "ready");
  if (ready === undefined) return undefined;
  if (stringOf(ready) === "none") return { kind: "none" };
  if (ready.kind !== "mapping")
    return refuse(ready, path, 'should be "none" or a hash with tcp, command or http', report);
  checkKeys(ready, READY_KEYS, path, report);
  const entry = [...ready.entries].find(([key, { value }]) => READY_KEYS.read.has(key) && !isNull(value));
  if (entry === undefined || ready.entries.size > 1) {
    return refuse(ready, path, "should have one of tcp, command, http", report);
  }
  const [key, { value }] = entry;
  return readOneProbe(key, value, `${path}:${key}`, report);
}

function readOneProbe(key: string, value: YamlNode, path: string, report: Report): OwnProbe | undefined {
  if (key === "tcp") {
    const ports = (value.kind === "sequence" ? value.items : [value]).map(integerOf);
    const valid = ports.filter((port) => port !== undefined && port >= 1 && port <= MAX_PORT);
    if (valid.length === 0 || valid.length < ports.length)
      return refuse(value, path, `should be a port from 1 to ${MAX_PORT}, or a list`, report);
    return { kind: "tcp", ports: valid.flatMap((port) => port ?? []) };
  }
  if (key === "http") {
    const url = stringOf(value);
    if (url === undefined || !URL.canParse(url) || !/^https?:/.test(url)) {
      return refuse(
        value,
        path,
        "should be a URL as the service's own container sees it: http://127.0.0.1:8080/health",
        report,
      );
    }
    return { kind: "http", url };
  }
  const argv = stringsOf(value);
  if (argv === undefined || argv.length === 0) return refuse(value, path, "should be an array of strings", report);
  return { kind: "command", argv };
}

function readTimeoutMs(service: YamlMapping, path: string, report: Report): number | undefined {
  const value = valueOf(service, "timeout");
  if (value === undefined) return undefined;
  const seconds = integerOf(value) ?? parseDuration(stringOf(value) ?? "");
  if (seconds === undefined || seconds <= 0) return refuse(value, `${path}:timeout`, "should be a duration", report);
  return seconds * 1000;
}

function mappingAt(parent: YamlMapping, key: string, path: string, report: Report): YamlMapping | undefined {
  const value = valueOf(parent, key);
  if (value === undefined || value.kind === "mapping") return value;
  return refuse(value, path, "should be a hash", report);
}

function refuse(at: YamlNode, path: string, text: string, report: Report): undefined {
  return report.error({ code: "invalid-own-setting", path, text: `config ${text}`, at });
}
