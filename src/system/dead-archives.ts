import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Owner } from "../model/owner.ts";
import { runsFolder } from "./run-paths.ts";
import { isRunOver } from "./unfinished-runs.ts";

/** What jobs of a run that is over were to hand on to later ones: only a killed run leaves it. */
export interface DeadArchive {
  readonly runId: string;
  readonly folder: string;
}

export function findDeadArchives(stateFolder: string, self: Owner): readonly DeadArchive[] {
  return listRunFolders(stateFolder).flatMap((runId) => {
    const folder = join(runsFolder(stateFolder), runId, "artifacts");
    return existsSync(folder) && isRunOver(stateFolder, runId, self) ? [{ runId, folder }] : [];
  });
}

function listRunFolders(stateFolder: string): readonly string[] {
  try {
    return readdirSync(runsFolder(stateFolder));
  } catch {
    return [];
  }
}
