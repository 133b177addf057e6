// What the file says about readiness, in the words of our own keys: `x-outrigger` and `.outrigger` have the same.

import type { OwnReadiness } from "../model/readiness.ts";
import type { Service } from "../model/service.ts";
import { mappingOf, type Writable, type WritableMap } from "../yaml/write-yaml.ts";

type Field = readonly [string, Writable | undefined];

/** `HEALTHCHECK_TCP_PORT` is a word of GitLab's files; elsewhere our own key says the same. */
export function readinessOf({ ownReadiness, healthPorts }: Service): OwnReadiness | undefined {
  if (ownReadiness?.probe !== undefined || healthPorts === undefined) return ownReadiness;
  return { ...ownReadiness, probe: { kind: "tcp", ports: healthPorts } };
}

/** @param toText how the target writes a text that it does not replace variables in. */
export function readinessFields(own: OwnReadiness | undefined, toText: (text: string) => string): readonly Field[] {
  return [
    ["ready", readyOf(own?.probe, toText)],
    ["timeout", own?.timeoutMs === undefined ? undefined : `${own.timeoutMs / 1000}s`],
  ];
}

function readyOf(probe: OwnReadiness["probe"], toText: (text: string) => string): Writable | undefined {
  switch (probe?.kind) {
    case undefined:
      return undefined;
    case "none":
      return "none";
    case "tcp":
      return mappingOf([["tcp", probe.ports]]);
    case "http":
      return mappingOf([["http", toText(probe.url)]]);
    case "command":
      return mappingOf([["command", probe.argv.map(toText)]]);
  }
}

const INTERVAL_SECONDS = 1;
const USUAL_LIMIT_SECONDS = 60;

/** Compose's own check. @returns undefined when nothing is said, or when it has no words for it. */
export function toHealthCheck(
  own: OwnReadiness | undefined,
  toText: (text: string) => string,
): WritableMap | undefined {
  if (own?.probe === undefined || own.probe.kind === "tcp") return undefined;
  if (own.probe.kind === "none") return mappingOf([["disable", true]]);
  const limitSeconds = own.timeoutMs === undefined ? USUAL_LIMIT_SECONDS : own.timeoutMs / 1000;
  const { probe } = own;
  const test =
    probe.kind === "command"
      ? ["CMD", ...probe.argv]
      : ["CMD-SHELL", `wget -q -O /dev/null ${quote(probe.url)} || curl -fsS -o /dev/null ${quote(probe.url)}`];
  return mappingOf([
    ["test", test.map(toText)],
    ["interval", `${INTERVAL_SECONDS}s`],
    ["retries", Math.max(1, Math.ceil(limitSeconds / INTERVAL_SECONDS))],
  ]);
}

function quote(url: string): string {
  return `'${url.replaceAll("'", String.raw`'\''`)}'`;
}
