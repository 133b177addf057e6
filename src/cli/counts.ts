import type { RemovedCounts } from "../engines/engine.ts";

/** `3 containers, 1 network, 0 volumes`. */
export function formatCounts(counts: RemovedCounts): string {
  return [
    plural(counts.containers, "container"),
    plural(counts.networks, "network"),
    plural(counts.volumes, "volume"),
  ].join(", ");
}

export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
