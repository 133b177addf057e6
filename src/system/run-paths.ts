import { join } from "node:path";
import { sha256 } from "../text/sha256.ts";

const MAX_NAME_LENGTH = 80;

export function runsFolder(stateFolder: string): string {
  return join(stateFolder, "runs");
}

/** Of all projects. */
export function cachesFolder(stateFolder: string): string {
  return join(stateFolder, "caches");
}

export function runFolder(stateFolder: string, runId: string): string {
  return join(runsFolder(stateFolder), toFileName(runId));
}

export function eventsPath(stateFolder: string, runId: string): string {
  return join(runFolder(stateFolder, runId), "events.ndjson");
}

/** `logs/JOB.log`, `logs/JOB.SERVICE.log`. */
export function logPath(stateFolder: string, runId: string, job: string, service?: string): string {
  const name = service === undefined ? toFileName(job) : `${toFileName(job)}.${toFileName(service)}`;
  return join(runFolder(stateFolder, runId), "logs", `${name}.log`);
}

/** Jobs are named as people like (`build: [a/b, ../c]`); files are not. Different names give different files. */
export function toFileName(name: string): string {
  const safe = encodeURIComponent(name.toWellFormed()).replace(
    /[!'()*.~]/g,
    (char) => `%${char.charCodeAt(0).toString(16)}`,
  );
  if (safe.length <= MAX_NAME_LENGTH) return safe;
  return `${safe.slice(0, MAX_NAME_LENGTH)}-${sha256(name).slice(0, 12)}`;
}
