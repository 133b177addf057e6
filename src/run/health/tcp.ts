import type { RunningService } from "../../engines/engine.ts";
import type { Probe, ProbeAnswer } from "./probe.ts";

/**
 * A port that accepts is the proof; with several ports any one of them.
 *
 * @source GS-513, GS-514
 */
export function tcpProbe(running: RunningService, ports: readonly number[]): Probe {
  return {
    name: `tcp ${ports.join(",")}`,
    check: (signal) => dialAny(running, ports, signal),
  };
}

async function dialAny(running: RunningService, ports: readonly number[], signal: AbortSignal): Promise<ProbeAnswer> {
  const results = await Promise.all(ports.map(async (port) => ({ port, result: await running.dial(port, signal) })));
  const accepted = results.find(({ result }) => result.kind === "accepted");
  if (accepted !== undefined) return { kind: "ready", answer: `port ${accepted.port} accepts` };
  const unknown = results.find(({ result }) => result.kind === "unknown");
  if (unknown?.result.kind === "unknown" && results.every(({ result }) => result.kind === "unknown")) {
    return { kind: "cannot", detail: unknown.result.detail };
  }
  return {
    kind: "not_yet",
    detail: ports.length === 1 ? `port ${ports[0]} refuses` : `ports ${ports.join(", ")} refuse`,
  };
}
