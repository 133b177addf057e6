import type { RunningService } from "../../engines/engine.ts";
import type { Readiness } from "../../model/readiness.ts";
import { assertNever } from "../../text/assert-never.ts";
import { ConfigurationError } from "../configuration-error.ts";
import { execProbe, firstLine } from "./exec-probe.ts";
import { anyAnswer, httpProbe } from "./http.ts";
import { imageHealthCheckProbe } from "./image-health-check.ts";
import type { Probe, ProbeSubject } from "./probe.ts";
import { tcpProbe } from "./tcp.ts";
import { findWellKnownProbe } from "./well-known.ts";

/** GitLab Runner looks at no more (GS-508). */
const MAX_PORTS = 20;

/**
 * The probes of a service in the order they are asked, each giving way to the next when it cannot tell: the user's own
 * port, the service's protocol, the image's `HEALTHCHECK`, the exposed ports. Empty: there is nothing to probe.
 *
 * @param elapsed milliseconds that only grow.
 * @throws ConfigurationError when the container's `HEALTHCHECK_TCP_PORT` is no port number (GS-507).
 */
export function chooseProbes(subject: ProbeSubject, elapsed: () => number): readonly Probe[] {
  const { plan, running, image } = subject;
  const own = ownProbe(plan.readiness, running);
  if (own !== undefined) return own;
  const chosen = portOfEnvironment(running.env);
  if (chosen !== undefined) return [tcpProbe(running, [chosen])];
  const ports = [...running.exposedTcpPorts].toSorted((a, b) => a - b).slice(0, MAX_PORTS);
  const wellKnown = findWellKnownProbe(subject, elapsed);
  return [
    ...(wellKnown === undefined ? [] : [wellKnown]),
    ...(image.healthCheck === undefined ? [] : [imageHealthCheckProbe(running, image.healthCheck, ports, elapsed)]),
    ...(ports.length === 0 ? [] : [tcpProbe(running, ports)]),
  ];
}

/** Undefined: the user said nothing. */
function ownProbe(readiness: Readiness, running: RunningService): readonly Probe[] | undefined {
  switch (readiness.kind) {
    case "none":
      return [];
    case "tcp":
      return [tcpProbe(running, readiness.ports)];
    case "http":
      return [httpProbe("http", running, readiness.url, anyAnswer)];
    case "command":
      return [
        execProbe(readiness.argv[0] ?? "command", running, readiness.argv, (result) =>
          result.exitCode === 0
            ? { kind: "ready", answer: firstLine(result) || "exit code 0" }
            : { kind: "not_yet", detail: firstLine(result) || `exit code ${result.exitCode}` },
        ),
      ];
    case "auto":
      return undefined;
    default:
      return assertNever(readiness);
  }
}

/** The image's own environment may hold it too; the name counts in any case (GS-506). */
function portOfEnvironment(env: ReadonlyMap<string, string>): number | undefined {
  for (const [name, value] of env) {
    if (name.toUpperCase() !== "HEALTHCHECK_TCP_PORT") continue;
    const port = Number(value);
    if (!/^\d+$/.test(value.trim()) || port < 1 || port > 65_535) {
      throw new ConfigurationError(`invalid health check tcp port "${value}"`, {
        hint: "HEALTHCHECK_TCP_PORT takes one port number from 1 to 65535",
      });
    }
    return port;
  }
  return undefined;
}
