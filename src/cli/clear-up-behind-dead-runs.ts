import { currentOwner } from "../system/owner.ts";
import { claimDeadRun, findDeadRuns } from "../system/unfinished-runs.ts";
import type { CliContext } from "./cli-context.ts";
import { startCleaner } from "./start-reaper.ts";

/** Starts a process for each run that died and left something; the command at hand neither waits for it nor hears of it. */
export function clearUpBehindDeadRuns({ config, clock }: CliContext): void {
  const now = clock.now();
  for (const dead of findDeadRuns(config.stateFolder, currentOwner(), now)) {
    claimDeadRun(config.stateFolder, dead.runId, now);
    startCleaner(dead);
  }
}
