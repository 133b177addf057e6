// A small file for each run that has something on an engine, gone once that is removed. Those of dead processes tell any later
// command that there is work, at the price of one look into a folder.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatOwner, type Owner, parseOwner } from "../model/owner.ts";
import { stateOfOwner } from "./owner.ts";

export interface DeadRun {
  readonly runId: string;
  /** As it was marked. */
  readonly engine: string;
}

/** Whoever said that it clears up behind a run is left alone with it for so long. */
const CLAIM_MS = 300_000;

/**
 * Call it before anything is made on the engine. A folder that cannot be written is no reason to fail a run.
 *
 * @param engine one line that leads to the engine again.
 */
export function markUnfinished(stateFolder: string, runId: string, owner: Owner, engine: string): void {
  write(stateFolder, runId, { owner: formatOwner(owner), claimedAt: "", engine });
}

/** A folder that could not be written has nothing to take away either. */
export function unmarkUnfinished(stateFolder: string, runId: string): void {
  try {
    rmSync(join(folderOf(stateFolder), runId), { force: true });
  } catch {
    // A mark that stays costs the next command one look at the engine.
  }
}

/** Nearly always false, and found out by reading one folder that is empty or not there. */
export function hasUnfinishedRuns(stateFolder: string): boolean {
  return listUnfinished(stateFolder).length > 0;
}

/** Runs whose process is gone, and behind which nobody said to clear up. */
export function findDeadRuns(stateFolder: string, self: Owner, nowMs: number): readonly DeadRun[] {
  return listDead(stateFolder, self).flatMap(({ runId, mark }) =>
    mark.claimedAt === "" || nowMs - Number(mark.claimedAt) >= CLAIM_MS ? { runId, engine: mark.engine } : [],
  );
}

/** Runs whose process is gone, whoever clears up behind them. */
export function findAllDeadRuns(stateFolder: string, self: Owner): readonly DeadRun[] {
  return listDead(stateFolder, self).map(({ runId, mark }) => ({ runId, engine: mark.engine }));
}

/** Ended, with all that it had removed; or its process is gone. A mark that nobody can read says nothing. */
export function isRunOver(stateFolder: string, runId: string, self: Owner): boolean {
  if (!listUnfinished(stateFolder).includes(runId)) return true;
  const owner = parseOwner(read(stateFolder, runId).owner);
  return owner !== undefined && stateOfOwner(owner, self) === "dead";
}

/** Several commands in a row shall not all clear up behind the same run. */
export function claimDeadRun(stateFolder: string, runId: string, nowMs: number): void {
  write(stateFolder, runId, { ...read(stateFolder, runId), claimedAt: String(nowMs) });
}

/** The lines of a file, in this order. */
interface Mark {
  readonly owner: string;
  /** Epoch milliseconds; empty: nobody clears up. */
  readonly claimedAt: string;
  readonly engine: string;
}

function listDead(stateFolder: string, self: Owner): readonly { readonly runId: string; readonly mark: Mark }[] {
  return listUnfinished(stateFolder).flatMap((runId) => {
    const mark = read(stateFolder, runId);
    const owner = parseOwner(mark.owner);
    return owner !== undefined && stateOfOwner(owner, self) === "dead" ? { runId, mark } : [];
  });
}

function listUnfinished(stateFolder: string): readonly string[] {
  try {
    return readdirSync(folderOf(stateFolder));
  } catch {
    return [];
  }
}

function read(stateFolder: string, runId: string): Mark {
  const [owner = "", claimedAt = "", engine = ""] = readText(stateFolder, runId).split("\n");
  return { owner, claimedAt, engine };
}

function readText(stateFolder: string, runId: string): string {
  try {
    return readFileSync(join(folderOf(stateFolder), runId), "utf8");
  } catch {
    // Another command may have cleared up meanwhile.
    return "";
  }
}

function write(stateFolder: string, runId: string, { owner, claimedAt, engine }: Mark): void {
  try {
    mkdirSync(folderOf(stateFolder), { recursive: true, mode: 0o700 });
    writeFileSync(join(folderOf(stateFolder), runId), [owner, claimedAt, engine].join("\n"), { mode: 0o600 });
  } catch {
    // The labels on the engine say the same to `run` and `gc`.
  }
}

function folderOf(stateFolder: string): string {
  return join(stateFolder, "unfinished");
}
