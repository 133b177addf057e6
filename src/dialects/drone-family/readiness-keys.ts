// What these files say about readiness: `healthcheck` as compose has it, and our own `x-outrigger`.

import type { OwnProbe, OwnReadiness } from "../../model/readiness.ts";
import { parseDuration } from "../../text/duration.ts";
import type { YamlNode } from "../../yaml/yaml-node.ts";
import { presentField, refuse } from "./accept.ts";
import type { Place } from "./scope.ts";
import { booleanOf, fieldsOf, isNull, itemsOf, textOf, textsOf } from "./values.ts";

export interface OwnServiceSettings {
  readonly readiness: OwnReadiness | undefined;
  readonly aliases: readonly string[];
}

const NO_SETTINGS: OwnServiceSettings = { readiness: undefined, aliases: [] };

/** @param top the entry for this service below the file's own `x-outrigger`, if any. */
export function readOwnService(place: Place, top: YamlNode | undefined): OwnServiceSettings {
  const own = presentField(place, "x-outrigger") ?? top;
  const settings = own === undefined ? NO_SETTINGS : readSettings(own, `${place.path}.x-outrigger`, place);
  const health = presentField(place, "healthcheck");
  if (settings.readiness !== undefined || health === undefined) return settings;
  return { ...settings, readiness: readHealthCheck(health, `${place.path}.healthcheck`, place) };
}

function readSettings(node: YamlNode, path: string, place: Place): OwnServiceSettings {
  if (node.kind !== "mapping") return refuse(node, path, "ready, timeout or aliases", place) ?? NO_SETTINGS;
  let probe: OwnReadiness["probe"];
  let timeoutMs: number | undefined;
  let aliases: readonly string[] = [];
  for (const [key, { key: keyNode, value }] of fieldsOf(node, path, place.scope.findings)) {
    const at = `${path}.${key}`;
    if (isNull(value)) continue;
    if (key === "ready") probe = readProbe(value, at, place);
    else if (key === "timeout") timeoutMs = readDuration(value, at, place);
    else if (key === "aliases") aliases = textsOf(value) ?? refuse(value, at, "a list of host names", place) ?? [];
    else refuse(keyNode, at, "one of ready, timeout, aliases", place);
  }
  const isEmpty = probe === undefined && timeoutMs === undefined;
  return { readiness: isEmpty ? undefined : toReadiness(probe, timeoutMs), aliases };
}

function toReadiness(probe: OwnReadiness["probe"], timeoutMs: number | undefined): OwnReadiness {
  return { ...(probe === undefined ? {} : { probe }), ...(timeoutMs === undefined ? {} : { timeoutMs }) };
}

/** `none`, or one of `tcp`, `http`, `command`. */
function readProbe(node: YamlNode, path: string, place: Place): OwnReadiness["probe"] {
  if (textOf(node) === "none") return { kind: "none" };
  const entry = node.kind === "mapping" && node.entries.size === 1 ? [...node.entries.values()][0] : undefined;
  if (entry === undefined) return refuse(node, path, "none, or one of tcp, http, command", place);
  const at = `${path}.${entry.key.text}`;
  switch (entry.key.text) {
    case "tcp":
      return readTcp(entry.value, at, place);
    case "http": {
      const url = textOf(entry.value) ?? "";
      return URL.canParse(url) && /^https?:/.test(url)
        ? { kind: "http", url }
        : refuse(entry.value, at, "an address such as http://127.0.0.1:8080/health", place);
    }
    case "command": {
      const argv = textsOf(entry.value);
      return argv === undefined || argv.length === 0
        ? refuse(entry.value, at, "a list: the program and its arguments", place)
        : { kind: "command", argv };
    }
    default:
      return refuse(entry.key, path, "none, or one of tcp, http, command", place);
  }
}

function readTcp(node: YamlNode, path: string, place: Place): OwnProbe | undefined {
  const ports = itemsOf(node).map((item) => Number(textOf(item) ?? Number.NaN));
  const areValid = ports.length > 0 && ports.every((port) => Number.isInteger(port) && port >= 1 && port <= 65_535);
  return areValid ? { kind: "tcp", ports } : refuse(node, path, "a port from 1 to 65535, or a list", place);
}

/** @source DR-223 */
function readHealthCheck(node: YamlNode, path: string, place: Place): OwnReadiness | undefined {
  if (node.kind !== "mapping") return refuse(node, path, "a mapping with test", place);
  const fields = fieldsOf(node, path, place.scope.findings);
  const disable = fields.get("disable")?.value;
  if (disable !== undefined && booleanOf(disable) === true) return { probe: { kind: "none" } };
  const test = fields.get("test")?.value;
  if (test === undefined || isNull(test)) return refuse(node, path, "test: a command, or a list", place);
  const words = textsOf(test);
  if (words === undefined || words.length === 0) return refuse(test, `${path}.test`, "a command, or a list", place);
  const [first = "", ...rest] = words;
  if (test.kind === "scalar") return { probe: { kind: "command", argv: ["/bin/sh", "-c", first] } };
  if (first === "NONE") return { probe: { kind: "none" } };
  if (first === "CMD-SHELL") return { probe: { kind: "command", argv: ["/bin/sh", "-c", rest.join(" ")] } };
  return { probe: { kind: "command", argv: first === "CMD" ? rest : words } };
}

function readDuration(node: YamlNode, path: string, place: Place): number | undefined {
  const seconds = parseDuration(textOf(node) ?? "");
  return seconds === undefined ? refuse(node, path, "a duration such as 90s", place) : seconds * 1000;
}
