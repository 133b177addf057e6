// What these files say about readiness: `healthcheck` as compose has it, and our own `x-outrigger`.

import type { OwnReadiness } from "../../model/readiness.ts";
import type { YamlNode } from "../../yaml/yaml-node.ts";
import { readOwnReadiness } from "../own-readiness.ts";
import { presentField, refuse } from "./accept.ts";
import type { Place } from "./scope.ts";
import { booleanOf, fieldsOf, isNull, textsOf } from "./values.ts";

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
  let ready: YamlNode | undefined;
  let timeout: YamlNode | undefined;
  let aliases: readonly string[] = [];
  for (const [key, { key: keyNode, value }] of fieldsOf(node, path, place.scope.findings)) {
    const at = `${path}.${key}`;
    if (isNull(value)) continue;
    if (key === "ready") ready = value;
    else if (key === "timeout") timeout = value;
    else if (key === "aliases") aliases = textsOf(value) ?? refuse(value, at, "a list of host names", place) ?? [];
    else refuse(keyNode, at, "one of ready, timeout, aliases", place);
  }
  const readiness = readOwnReadiness({ ready, timeout }, (at, keys, expected) =>
    refuse(at, [path, ...keys].join("."), expected, place),
  );
  return { readiness, aliases };
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
