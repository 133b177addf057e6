/** A process inside a container, as `/proc/PID/stat` has it. */
export interface ContainerProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  /** Clock ticks since the machine's boot. */
  readonly startTime: string;
}

/** Lines of `/proc/[0-9]*\/stat`, one per process; what is no such line is passed over. */
export function parseProcesses(text: string): readonly ContainerProcess[] {
  return text.split("\n").flatMap((line) => {
    const match = /^(\d+) \((.*)\) \S (\d+) (.*)$/.exec(line.trim());
    if (match === null) return [];
    const [, pid = "", command = "", parent = "", rest = ""] = match;
    return [{ pid: Number(pid), parent: Number(parent), command, startTime: rest.split(" ")[17] ?? "" }];
  });
}

export type ServerPhase =
  | { readonly kind: "serving" }
  /** Its start script still has work: this server may be the temporary one that only the script itself uses. */
  | { readonly kind: "initialising"; readonly busyWith: string; readonly startTime: string }
  /** A script is above it and runs nothing else: it waits for its server, or is between two of its commands. */
  | { readonly kind: "quiet"; readonly startTime: string }
  /** None of the names runs. */
  | { readonly kind: "absent" };

const SHELLS: ReadonlySet<string> = new Set(["sh", "bash", "dash", "ash", "busybox"]);

/**
 * Tells the temporary server of an image's start script from the one that stays.
 *
 * The official database images start a server to load their first data, stop it, and replace the script by the real
 * server (`exec`). So a server that is process 1, or that no shell started, stays. As long as a shell above or beside it
 * runs something else, it may go again; and one look cannot tell a shell that only waits from one between two commands.
 */
export function findServerPhase(processes: readonly ContainerProcess[], serverNames: readonly string[]): ServerPhase {
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const isServer = (process: ContainerProcess | undefined): boolean =>
    process !== undefined && serverNames.some((name) => process.command === name);
  const server = processes.find((process) => isServer(process) && !isServer(byPid.get(process.parent)));
  if (server === undefined) return { kind: "absent" };
  if (server.pid === 1) return { kind: "serving" };
  const family = descendantsOf(server.pid, processes);
  // What `exec` of the engine started, our own probe for one, has no parent in the container.
  const own = descendantsOf(1, processes);
  const scripts = [...own].map((pid) => byPid.get(pid)).filter((process) => process && SHELLS.has(process.command));
  const busy = [...own]
    .map((pid) => byPid.get(pid))
    .find(
      (process) => process && process.pid !== 1 && !family.has(process.pid) && !isAncestor(process.pid, server, byPid),
    );
  if (scripts.length === 0) return { kind: "serving" };
  if (busy === undefined) return { kind: "quiet", startTime: server.startTime };
  return { kind: "initialising", busyWith: busy.command, startTime: server.startTime };
}

function descendantsOf(root: number, processes: readonly ContainerProcess[]): ReadonlySet<number> {
  const found = new Set([root]);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const { pid, parent } of processes) if (found.has(parent)) found.add(pid);
  }
  return found;
}

function isAncestor(pid: number, of: ContainerProcess, byPid: ReadonlyMap<number, ContainerProcess>): boolean {
  for (let at = byPid.get(of.parent); at !== undefined; at = byPid.get(at.parent)) {
    if (at.pid === pid) return true;
    if (at.pid === at.parent) return false;
  }
  return false;
}
