import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import type { EngineEndpoint } from "../endpoint.ts";

/** Longer than any answer of a neighbour on a bridge; a packet filter that drops is noticed by then. */
const TIMEOUT_MS = 500;

/**
 * True when this host is a member of the job's network: the engine is on it, and one of its own interfaces has the
 * network's gateway address. With an engine in a virtual machine, on another host or in a user's name space it has not.
 */
export function isOnNetwork(endpoint: EngineEndpoint, gateway: string | undefined): boolean {
  if (endpoint.kind !== "unix" || gateway === undefined) return false;
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return own.some(({ address }) => address === gateway);
}

/** `silent`: neither accepted nor refused, so that this host may simply not get through. */
export function dialFromHost(
  address: string,
  port: number,
  signal: AbortSignal,
): Promise<"accepted" | "refused" | "silent"> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, signal, timeout: TIMEOUT_MS });
    const settle = (result: "accepted" | "refused" | "silent"): void => {
      socket.destroy();
      resolve(result);
    };
    socket.once("connect", () => settle("accepted"));
    socket.once("timeout", () => settle("silent"));
    socket.once("error", (error: NodeJS.ErrnoException) => {
      if (signal.aborted) reject(signal.reason);
      else settle(error.code === "ECONNREFUSED" || error.code === "ECONNRESET" ? "refused" : "silent");
    });
  });
}
