import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { formatOwner, type Owner, parseOwner } from "../model/owner.ts";
import { sha256 } from "../text/sha256.ts";
import type { Clock } from "./clock.ts";
import { stateOfOwner } from "./owner.ts";
import { newRunId } from "./random-id.ts";
import { toFileName } from "./run-paths.ts";

/** One job at a time of each group of a project, among all runs of this machine. @source GY-235 */
export interface ResourceLocks {
  /**
   * Waits until nobody else holds the group. What a dead process held is taken over.
   *
   * @param leaseMs where nobody can tell whether the holder lives, it is taken for dead after this.
   * @param onWait called once when somebody else holds it, with who that is.
   * @returns gives it back; undefined: a folder that cannot be written holds nobody up.
   * @throws the signal's reason when it is aborted first.
   */
  acquire(
    group: string,
    leaseMs: number,
    onWait: (holder: string) => void,
    signal: AbortSignal,
  ): Promise<(() => Promise<void>) | undefined>;
}

export interface ResourceLocksOptions {
  /** Of all projects. */
  readonly folder: string;
  /** Absolute; a project is known by where it lies. */
  readonly projectFolder: string;
  readonly owner: Owner;
  readonly runId: string;
  readonly clock: Clock;
}

const POLL_MS = 250;

export function openResourceLocks(options: ResourceLocksOptions): ResourceLocks {
  const project = sha256(options.projectFolder).slice(0, 16);
  const folder = join(options.folder, project);
  return {
    async acquire(group, leaseMs, onWait, signal) {
      const lock = join(folder, `${toFileName(group)}.lock`);
      const isThere = await mkdir(folder, { recursive: true, mode: 0o700 }).then(
        () => true,
        () => false,
      );
      if (!isThere) return undefined;
      for (let isFirst = true; ; isFirst = false) {
        signal.throwIfAborted();
        const taken = await take(lock, leaseMs, options);
        if (taken === "unwritable") return undefined;
        if (taken === "taken") return () => rm(lock, { force: true }).catch(() => undefined);
        const holder = await readLock(lock);
        if (holder !== undefined && isDead(holder, options)) await setAside(lock, holder);
        else {
          if (isFirst && holder !== undefined)
            onWait(`run ${holder.runId} (process ${holder.owner?.pid ?? "unknown"})`);
          await options.clock.sleep(POLL_MS, signal);
        }
      }
    },
  };
}

/** The lines of a lock's file, in this order. */
interface Lock {
  readonly owner: Owner | undefined;
  readonly runId: string;
  /** Epoch milliseconds. */
  readonly leaseUntil: number;
  readonly text: string;
}

/** Its file is there whole, or not at all. */
async function take(
  lock: string,
  leaseMs: number,
  { owner, runId, clock }: ResourceLocksOptions,
): Promise<"taken" | "held" | "unwritable"> {
  const draft = `${lock}.${newRunId()}`;
  const text = [formatOwner(owner), runId, String(clock.now() + leaseMs), newRunId()].join("\n");
  try {
    await writeFile(draft, text, { mode: 0o600 });
    await link(draft, lock);
    return "taken";
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EEXIST" ? "held" : "unwritable";
  } finally {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

async function readLock(lock: string): Promise<Lock | undefined> {
  const text = await readFile(lock, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const [owner = "", runId = "", leaseUntil = ""] = text.split("\n");
  return { owner: parseOwner(owner), runId, leaseUntil: Number(leaseUntil), text };
}

function isDead({ owner, leaseUntil }: Lock, { owner: self, clock }: ResourceLocksOptions): boolean {
  const state = owner === undefined ? "unknown" : stateOfOwner(owner, self);
  return state === "dead" || (state === "unknown" && !(clock.now() < leaseUntil));
}

/** Of several who find the same dead holder one takes it away; who finds a living one in its place puts that back. */
async function setAside(lock: string, dead: Lock): Promise<void> {
  const aside = `${lock}.${newRunId()}`;
  try {
    await rename(lock, aside);
    const found = await readLock(aside);
    if (found !== undefined && found.text !== dead.text) await link(aside, lock);
  } catch {
    // Somebody else was faster.
  } finally {
    await rm(aside, { force: true }).catch(() => undefined);
  }
}
