import { LastLines } from "../text/last-lines.ts";
import type { LineBlock } from "../text/line-block.ts";
import type { LogSource } from "./log-lines.ts";

/**
 * The last lines of every log of a run. Changed in place, unlike a {@link RunView}: a run may print a million lines a second.
 */
export interface LogTails {
  add(source: LogSource, block: LineBlock): void;
  /** Oldest first. @param service undefined: the job's own log. */
  of(job: string, service?: string): readonly string[];
}

/** @param limit how many lines to keep of each log */
export function createLogTails(limit: number): LogTails {
  const tails = new Map<string, LastLines>();
  return {
    add(source, block) {
      const key = keyOf(source.job, source.type === "service.log" ? source.service : undefined);
      const tail = tails.get(key) ?? new LastLines(limit);
      tails.set(key, tail);
      tail.add(block);
    },
    of(job, service) {
      return tails.get(keyOf(job, service))?.texts() ?? [];
    },
  };
}

function keyOf(job: string, service: string | undefined): string {
  return service === undefined ? job : `${job}\n${service}`;
}
