// What our own key says about a service's readiness, the same in files of every dialect.

import type { OwnProbe, OwnReadiness } from "../model/readiness.ts";
import { parseDuration } from "../text/duration.ts";
import type { YamlNode } from "../yaml/yaml-node.ts";

/** Tells of a wrong value: where below the service's settings, and what would be right, as `a port from 1 to 65535`. */
export type RefuseValue = (at: YamlNode, keys: readonly string[], expected: string) => undefined;

/** The values as written; absent when the user wrote none, or null. */
export interface ReadinessValues {
  /** `none`, or one of `tcp`, `http`, `command`. */
  readonly ready: YamlNode | undefined;
  /** A duration; a bare number is seconds. */
  readonly timeout: YamlNode | undefined;
}

const KINDS = "none, or one of tcp, http, command";
const MAX_PORT = 65_535;

/** @returns undefined when nothing is said, or nothing right. */
export function readOwnReadiness({ ready, timeout }: ReadinessValues, refuse: RefuseValue): OwnReadiness | undefined {
  const probe = ready === undefined ? undefined : readProbe(ready, refuse);
  const timeoutMs = timeout === undefined ? undefined : readTimeoutMs(timeout, refuse);
  if (probe === undefined && timeoutMs === undefined) return undefined;
  return { ...(probe === undefined ? {} : { probe }), ...(timeoutMs === undefined ? {} : { timeoutMs }) };
}

function readProbe(ready: YamlNode, refuse: RefuseValue): OwnReadiness["probe"] {
  if (ready.kind === "scalar" && ready.text === "none") return { kind: "none" };
  const entry = ready.kind === "mapping" && ready.entries.size === 1 ? [...ready.entries.values()][0] : undefined;
  if (entry === undefined) return refuse(ready, ["ready"], KINDS);
  const { key, value } = entry;
  switch (key.text) {
    case "tcp":
      return readTcp(value, refuse);
    case "http":
      return readHttp(value, refuse);
    case "command":
      return readCommand(value, refuse);
    default:
      return refuse(key, ["ready"], KINDS);
  }
}

function readTcp(value: YamlNode, refuse: RefuseValue): OwnProbe | undefined {
  const items = value.kind === "sequence" ? value.items : [value];
  const ports = items.map((item) => (item.kind === "scalar" && /^\d+$/.test(item.text) ? Number(item.text) : 0));
  const areValid = ports.length > 0 && ports.every((port) => port >= 1 && port <= MAX_PORT);
  if (!areValid) return refuse(value, ["ready", "tcp"], `a port from 1 to ${MAX_PORT}, or a list`);
  return { kind: "tcp", ports };
}

function readHttp(value: YamlNode, refuse: RefuseValue): OwnProbe | undefined {
  const url = value.kind === "scalar" ? value.text : "";
  if (URL.canParse(url) && /^https?:/.test(url)) return { kind: "http", url };
  const expected = "a URL as the service's own container sees it: http://127.0.0.1:8080/health";
  return refuse(value, ["ready", "http"], expected);
}

/** One text would leave open whether its blanks part arguments. */
function readCommand(value: YamlNode, refuse: RefuseValue): OwnProbe | undefined {
  const items = value.kind === "sequence" ? value.items : [];
  const argv = items.flatMap((item) => (item.kind === "scalar" ? item.text : []));
  if (argv.length > 0 && argv.length === items.length) return { kind: "command", argv };
  return refuse(value, ["ready", "command"], "a list: the program and its arguments");
}

function readTimeoutMs(value: YamlNode, refuse: RefuseValue): number | undefined {
  const seconds = value.kind === "scalar" ? parseDuration(value.text) : undefined;
  return seconds === undefined ? refuse(value, ["timeout"], "a duration such as 90s") : seconds * 1000;
}
