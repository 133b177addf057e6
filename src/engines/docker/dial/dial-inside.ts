import { isReachable, parseListeningSockets } from "../../../text/proc-net-tcp.ts";
import type { DialResult, ExecResult } from "../../engine.ts";

/** Runs a command in one container. */
export type RunInside = (argv: readonly string[], signal: AbortSignal) => Promise<ExecResult>;

export interface InsideTarget {
  readonly address: string;
  readonly port: number;
}

/** Ways to read which ports a container listens on, without connecting to them. */
const TABLE_READERS: readonly (readonly string[])[] = [
  ["cat", "/proc/net/tcp", "/proc/net/tcp6"],
  ["sh", "-c", 'for table in tcp tcp6; do while read -r line; do echo "$line"; done < /proc/net/$table; done'],
];

/** Ways to connect from a neighbour; each ends with 0 only when the port accepts. */
const DIALLERS: readonly ((target: InsideTarget) => readonly string[])[] = [
  ({ address, port }) => ["bash", "-c", 'exec 3<>"/dev/tcp/$0/$1"', address, String(port)],
  ({ address, port }) => ["nc", "-z", "-w", "1", address, String(port)],
];

/**
 * Finds out whether a service accepts connections when this host cannot reach it, with what its image has: the kernel's
 * own table of listening sockets, read in the service's container; else a connection from another container of the job.
 */
export class InsideDialler {
  readonly #own: RunInside;
  readonly #neighbours: () => readonly RunInside[];
  /** Ways that an image does not have are not tried twice. */
  readonly #useless = new Set<readonly string[]>();

  constructor(own: RunInside, neighbours: () => readonly RunInside[]) {
    this.#own = own;
    this.#neighbours = neighbours;
  }

  async dial(target: InsideTarget, signal: AbortSignal): Promise<DialResult> {
    return (
      (await this.#lookAtTable(target, signal)) ??
      (await this.#askNeighbours(target, signal)) ?? {
        kind: "unknown",
        detail: "neither this host nor a container of the job can try it: no cat, sh, bash or nc in their images",
      }
    );
  }

  async #lookAtTable({ address, port }: InsideTarget, signal: AbortSignal): Promise<DialResult | undefined> {
    for (const argv of TABLE_READERS.filter((way) => !this.#useless.has(way))) {
      const result = await this.#own(argv, signal);
      if (result.kind === "ended" && result.stdout.includes("local_address")) {
        const sockets = parseListeningSockets(result.stdout);
        const isOpen = sockets.some((socket) => socket.port === port && isReachable(socket, address));
        return { kind: isOpen ? "accepted" : "refused" };
      }
      this.#useless.add(argv);
    }
    return undefined;
  }

  async #askNeighbours(target: InsideTarget, signal: AbortSignal): Promise<DialResult | undefined> {
    for (const run of this.#neighbours()) {
      for (const toArgv of DIALLERS) {
        const result = await run(toArgv(target), signal);
        if (result.kind === "not_run" || /usage|invalid option|unrecognized/i.test(result.stderr)) continue;
        return { kind: result.exitCode === 0 ? "accepted" : "refused" };
      }
    }
    return undefined;
  }
}
