/**
 * The process that made an object on an engine. Written on every object as a label, so that a later process can tell
 * what a dead one left behind from what a living one still uses.
 *
 * A pid alone is reused; with the boot, the pid name space and the start time it is not.
 */
export interface Owner {
  readonly host: string;
  readonly bootId: string;
  readonly pidNamespace: string;
  readonly pid: number;
  /** Kernel's start time of the process in clock ticks since boot, as text; empty where the system has none. */
  readonly startTime: string;
}

/** One label value; `/` joins, because none of the parts holds one. */
export function formatOwner(owner: Owner): string {
  return [owner.host, owner.bootId, owner.pidNamespace, String(owner.pid), owner.startTime].join("/");
}

/** @returns `undefined` for a text that {@link formatOwner} did not write. */
export function parseOwner(text: string): Owner | undefined {
  const [host, bootId, pidNamespace, pid, startTime] = text.split("/");
  if (host === undefined || bootId === undefined || pidNamespace === undefined || startTime === undefined)
    return undefined;
  if (pid === undefined || !/^\d+$/.test(pid)) return undefined;
  return { host, bootId, pidNamespace, pid: Number(pid), startTime };
}
