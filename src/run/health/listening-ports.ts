import type { RunningService } from "../../engines/engine.ts";
import { parseListeningSockets } from "../../text/proc-net-tcp.ts";

const READERS: readonly (readonly string[])[] = [
  ["cat", "/proc/net/tcp", "/proc/net/tcp6"],
  ["sh", "-c", 'for table in tcp tcp6; do while read -r line; do echo "$line"; done < /proc/net/$table; done'],
];

/** Where the engine's own name server listens inside a container. */
const NAME_SERVER = "127.0.0.11";

/**
 * What a service that cannot be reached does listen on, for a person who wonders: `listens on 5433, image exposes 5432`.
 *
 * @returns undefined when it listens as expected, or when nothing in its image can tell.
 */
export async function explainSilence(
  running: Pick<RunningService, "exec">,
  expected: readonly number[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const table = await readTable(running, signal);
  if (table === undefined) return undefined;
  const sockets = parseListeningSockets(table).filter((socket) => socket.address !== NAME_SERVER);
  const exposes = `image exposes ${expected.join(", ")}`;
  if (sockets.length === 0) return expected.length === 0 ? "listens on no port" : `listens on no port, ${exposes}`;
  const isLocal = (address: string): boolean => address.startsWith("127.") || address === "::1";
  const open = unique(sockets.filter(({ address }) => !isLocal(address)).map(({ port }) => port));
  if (expected.some((port) => open.includes(port))) return undefined;
  const local = unique(sockets.filter(({ address }) => isLocal(address)).map(({ port }) => port));
  const hidden = local.filter((port) => expected.includes(port));
  if (hidden.length > 0)
    return `listens on ${hidden.join(", ")} at 127.0.0.1 only, where no other container reaches it`;
  const ports = open.length > 0 ? open.join(", ") : `${local.join(", ")} at 127.0.0.1 only`;
  return `listens on ${ports}, ${exposes}`;
}

async function readTable(running: Pick<RunningService, "exec">, signal: AbortSignal): Promise<string | undefined> {
  for (const argv of READERS) {
    const result = await running.exec(argv, signal);
    if (result.kind === "ended" && result.stdout.includes("local_address")) return result.stdout;
  }
  return undefined;
}

function unique(ports: readonly number[]): readonly number[] {
  return [...new Set(ports)].toSorted((a, b) => a - b);
}
