import type { RunningService } from "../../engines/engine.ts";
import type { Probe } from "./probe.ts";

/**
 * Puts a connection from outside before a probe that asks inside the service's container.
 *
 * A server that listens at 127.0.0.1 only would answer itself and nobody else; and a connection that is refused costs a
 * hundredth of a command inside a container, so that a server that is busy starting is left in peace. A port that the
 * image does not expose is noted: whoever connects to the exposed one finds nothing.
 */
export function reachableFirst(running: RunningService, port: number, probe: Probe): Probe {
  const exposed = running.exposedTcpPorts;
  const isOdd = exposed.length > 0 && !exposed.includes(port);
  return {
    name: probe.name,
    check: async (signal) => {
      const dialled = await running.dial(port, signal);
      if (dialled.kind === "refused") return { kind: "not_yet", detail: `port ${port} refuses` };
      const answer = await probe.check(signal);
      if (answer.kind !== "ready" || !isOdd) return answer;
      return { ...answer, note: `listens on ${port}, image exposes ${exposed.join(", ")}` };
    },
  };
}
