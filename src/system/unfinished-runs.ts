// A small file for each run that has something on an engine, gone once that is removed. Those of dead processes tell any later
// command that there is work, at the price of one look into a folder.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatOwner, type Owner, parseOwner } from "../model/owner.ts";
import { stateOfOwner } from "./owner.ts";

/** Whoever said that it clears up behind a run is left alone with it for so long. */
const CLAIM_MS = 300_000;

/** Call it before anything is made on the engine. A folder that cannot be written is no reason to fail a run. */
export function markUnfinished(stateFolder: string, runId: string, owner: Owner): void {
  write(stateFolder, runId, formatOwner(owner));
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
export function findDeadRuns(stateFolder: string, self: Owner, nowMs: number): readonly string[] {
  return listDead(stateFolder, self).filter((runId) => {
    const [, claimedAt] = read(stateFolder, runId).split("\n");
    return claimedAt === undefined || nowMs - Number(claimedAt) >= CLAIM_MS;
  });
}

/** Call it when everything of every dead run has been removed from the engine. */
export function unmarkDeadRuns(stateFolder: string, self: Owner): void {
  for (const runId of listDead(stateFolder, self)) unmarkUnfinished(stateFolder, runId);
}

/** Several commands in a row shall not all clear up behind the same run. */
export function claimDeadRun(stateFolder: string, runId: string, nowMs: number): void {
  const [owner = ""] = read(stateFolder, runId).split("\n");
  write(stateFolder, runId, `${owner}\n${nowMs}`);
}

function listDead(stateFolder: string, self: Owner): readonly string[] {
  return listUnfinished(stateFolder).filter((runId) => {
    const owner = parseOwner(read(stateFolder, runId).split("\n")[0] ?? "");
    return owner !== undefined && stateOfOwner(owner, self) === "dead";
  });
}

function listUnfinished(stateFolder: string): readonly string[] {
  try {
    return readdirSync(folderOf(stateFolder));
  } catch {
    return [];
  }
}

function read(stateFolder: string, runId: string): string {
  try {
    return readFileSync(join(folderOf(stateFolder), runId), "utf8");
  } catch {
    // Another command may have cleared up meanwhile.
    return "";
  }
}

function write(stateFolder: string, runId: string, text: string): void {
  try {
    mkdirSync(folderOf(stateFolder), { recursive: true, mode: 0o700 });
    writeFileSync(join(folderOf(stateFolder), runId), text, { mode: 0o600 });
  } catch {
    // The labels on the engine say the same to `run` and `gc`.
  }
}

function folderOf(stateFolder: string): string {
  return join(stateFolder, "unfinished");
}
