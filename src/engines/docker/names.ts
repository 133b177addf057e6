import { sha256 } from "../../text/sha256.ts";

/** Longer names would not resolve inside the network: a DNS label holds 63 characters. */
const MAX_LENGTH = 63;

/** `outrigger-<run>-<job>-<part>`; what is too long loses its middle and gets a hash, so that it stays unique. */
export function containerName(runId: string, jobId: string, partId: string): string {
  return fit(`outrigger-${runId}-${jobId}-${partId}`);
}

/** Of a job's network and of its volume. */
export function sandboxName(runId: string, jobId: string): string {
  return fit(`outrigger-${runId}-${jobId}`);
}

/** Of a volume that lives as long as its job, by the name it has in the file. */
export function jobVolumeName(workspaceVolume: string, name: string): string {
  return fit(`${workspaceVolume}-volume-${name}`);
}

function fit(name: string): string {
  const clean = name.replace(/[^A-Za-z0-9_.-]/g, "-");
  if (clean.length <= MAX_LENGTH) return clean;
  const hash = sha256(name).slice(0, 8);
  const tail = clean.slice(-16).replace(/^[^A-Za-z0-9]+/, "");
  return `${clean.slice(0, MAX_LENGTH - tail.length - hash.length - 2)}-${hash}-${tail}`;
}
