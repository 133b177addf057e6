import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { applyEvent } from "../events/apply-event.ts";
import { parseEvent } from "../events/ndjson.ts";
import type { RunEvent } from "../events/run-event.ts";
import { emptyRunView, type RunView } from "../events/run-view.ts";
import { type LogLine, readLogFile } from "./log-file.ts";
import { eventsPath, logPath, runsFolder } from "./run-paths.ts";

const DEFAULT_KEPT_RUNS = 50;

export type FoundRun =
  | { readonly kind: "found"; readonly runId: string }
  | { readonly kind: "none" }
  | { readonly kind: "several"; readonly runIds: readonly string[] };

/** Ids of all recorded runs, newest first. */
export async function listRuns(stateFolder: string): Promise<readonly string[]> {
  const folder = runsFolder(stateFolder);
  const names = await readdir(folder).catch(orNothing<string[]>([]));
  const dated = await Promise.all(
    names.map(async (name) => {
      // The folder's own time changes with nothing but its first files: that is when the run began.
      const found = await stat(join(folder, name)).catch(orNothing(undefined));
      return found?.isDirectory() === true ? [{ name, at: found.mtimeMs }] : [];
    }),
  );
  return dated
    .flat()
    .toSorted((a, b) => b.at - a.at || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
}

/** @param prefix the beginning of a run's id; a whole id wins over longer ones. */
export async function findRun(stateFolder: string, prefix: string): Promise<FoundRun> {
  const runIds = (await listRuns(stateFolder)).filter((runId) => runId.startsWith(prefix));
  const [first] = runIds;
  if (first === undefined || prefix === "") return { kind: "none" };
  if (runIds.includes(prefix)) return { kind: "found", runId: prefix };
  return runIds.length === 1 ? { kind: "found", runId: first } : { kind: "several", runIds };
}

/** All that was recorded but log lines; empty when there is nothing. Lines that cannot be read are passed over. */
export async function readRunEvents(stateFolder: string, runId: string): Promise<readonly RunEvent[]> {
  const text = await readFile(eventsPath(stateFolder, runId), "utf8").catch(orNothing(""));
  return text.split("\n").flatMap((line) => parseEvent(line) ?? []);
}

/** What became of a run; one that is not finished runs still, or was killed. */
export async function readRun(stateFolder: string, runId: string): Promise<RunView> {
  return (await readRunEvents(stateFolder, runId)).reduce(applyEvent, emptyRunView());
}

/** The log of a job, or of one of its services, in pieces; nothing when it printed nothing. */
export async function* readLog(
  stateFolder: string,
  runId: string,
  job: string,
  service?: string,
): AsyncGenerator<readonly LogLine[]> {
  try {
    yield* readLogFile(logPath(stateFolder, runId, job, service));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** Removes the oldest runs. @returns the ids of those that are gone. */
export async function pruneRuns(stateFolder: string, keep = DEFAULT_KEPT_RUNS): Promise<readonly string[]> {
  const old = (await listRuns(stateFolder)).slice(keep);
  await Promise.all(old.map((runId) => rm(join(runsFolder(stateFolder), runId), { recursive: true, force: true })));
  return old;
}

function orNothing<T>(nothing: T): (error: unknown) => T {
  return (error) => {
    if (isMissing(error)) return nothing;
    throw error;
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
