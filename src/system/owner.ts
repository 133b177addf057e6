import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { Owner } from "../model/owner.ts";

/** This process, as it is written on everything it makes. */
export function currentOwner(): Owner {
  return {
    host: hostname(),
    bootId: readText("/proc/sys/kernel/random/boot_id"),
    pidNamespace: readPidNamespace("self"),
    pid: process.pid,
    startTime: readStat("self").startTime,
  };
}

export type OwnerState =
  | "alive"
  | "dead"
  /** Of another host, or another pid name space of this one: nobody here can tell. */
  | "unknown";

/** Whether the process that made something still lives. A pid that was given to another process counts as dead. */
export function stateOfOwner(owner: Owner, self: Owner): OwnerState {
  if (owner.host !== self.host) return "unknown";
  // After a reboot no process of before is left, whatever name space it was in.
  if (owner.bootId !== self.bootId) return "dead";
  if (owner.pidNamespace !== self.pidNamespace) return "unknown";
  if (!isProcessThere(owner.pid)) return "dead";
  const { state, startTime } = readStat(String(owner.pid));
  // A zombie only waits for its parent to ask how it ended.
  return state !== "Z" && owner.startTime === startTime ? "alive" : "dead";
}

function isProcessThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/**
 * State and start time: fields 3 and 22 of `/proc/PID/stat`, counted behind the program's name, which may hold anything.
 * Empty texts without a /proc.
 */
function readStat(pid: string): { readonly state: string; readonly startTime: string } {
  const stat = readText(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "", startTime: fields[19] ?? "" };
}

function readPidNamespace(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`).replace(/\D/g, "");
  } catch {
    return "";
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}
