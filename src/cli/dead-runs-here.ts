import { currentOwner } from "../system/owner.ts";
import { findAllDeadRuns, unmarkUnfinished } from "../system/unfinished-runs.ts";
import type { CliContext } from "./cli-context.ts";
import type { EngineOptions } from "./commands/engine-options.ts";
import { formatEngineWords, isSameEngine, placesInWords } from "./engine-words.ts";

/** Marked runs of one engine whose process is gone. */
export interface DeadRunsHere {
  readonly runIds: readonly string[];
  /** Where on the engine they may have left something, beside the usual place. */
  readonly places: readonly string[];
}

export function findDeadRunsHere({ config, cwd }: CliContext, options: EngineOptions): DeadRunsHere {
  const words = formatEngineWords(cwd, options);
  const all = findAllDeadRuns(config.stateFolder, currentOwner());
  const here = all.filter((run) => isSameEngine(run.engine, words));
  return {
    runIds: here.map((run) => run.runId),
    places: [...new Set(here.flatMap((run) => placesInWords(run.engine)))],
  };
}

/** Call it when everything that they left has been removed. */
export function unmarkDeadRunsHere({ config }: CliContext, { runIds }: DeadRunsHere): void {
  for (const runId of runIds) unmarkUnfinished(config.stateFolder, runId);
}
