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

/** They only pass signals on and collect the dead: what they started is as if it were process 1. */
const SHIMS: ReadonlySet<string> = new Set(["tini", "tini-static", "dumb-init", "docker-init", "catatonit", "init"]);

/** They keep several programs running for good: what runs beside a server there is no part of its start. */
const SUPERVISORS: ReadonlySet<string> = new Set([
  "supervisord",
  "s6-svscan",
  "s6-supervise",
  "runsvdir",
  "runsv",
  "systemd",
]);

/**
 * Tells the temporary server of an image's start script from the one that stays.
 *
 * The official database images start a server to load their first data, stop it, and replace the script by the real
 * server (`exec`). So a server that is process 1, or that nothing but a shim or a supervisor started, stays. As long as a
 * script is above or beside it, it may go again; and one look cannot tell a script that only waits for its server from one
 * between two commands. A script goes by its own name (`docker-entrypoi`), so whatever is neither is taken for one.
 */
export function findServerPhase(processes: readonly ContainerProcess[], serverNames: readonly string[]): ServerPhase {
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const isServer = (process: ContainerProcess | undefined): boolean =>
    process !== undefined && serverNames.some((name) => process.command === name);
  const server = processes.find((process) => isServer(process) && !isServer(byPid.get(process.parent)));
  if (server === undefined) return { kind: "absent" };
  const first = byPid.get(1);
  if (server.pid === 1 || first === undefined || SUPERVISORS.has(first.command)) return { kind: "serving" };
  const family = descendantsOf(server.pid, processes);
  // What `exec` of the engine started, our own probe for one, has no parent in the container.
  const ofFirst = descendantsOf(1, processes);
  const own = processes.filter(({ pid }) => ofFirst.has(pid) && !family.has(pid));
  const isAbove = (process: ContainerProcess): boolean => process.pid === 1 || isAncestor(process.pid, server, byPid);
  const beside = own.find((process) => !isAbove(process));
  if (beside !== undefined) return { kind: "initialising", busyWith: beside.command, startTime: server.startTime };
  if (own.every(({ command }) => SHIMS.has(command))) return { kind: "serving" };
  return { kind: "quiet", startTime: server.startTime };
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
