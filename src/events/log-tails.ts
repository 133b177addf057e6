import type { LogSource } from "./log-lines.ts";

/**
 * The last lines of every log of a run. Changed in place, unlike a {@link RunView}: a run may print a million lines a second.
 */
export interface LogTails {
  add(source: LogSource, texts: readonly string[]): void;
  /** Oldest first. @param service undefined: the job's own log. */
  of(job: string, service?: string): readonly string[];
}

/** @param limit how many lines to keep of each log */
export function createLogTails(limit: number): LogTails {
  const tails = new Map<string, string[]>();
  return {
    add(source, texts) {
      const key = keyOf(source.job, source.type === "service.log" ? source.service : undefined);
      const tail = tails.get(key) ?? [];
      tails.set(key, tail);
      tail.push(...texts.slice(-limit));
      // Cutting now and then is cheaper than with every line.
      if (tail.length > 4 * limit) tail.splice(0, tail.length - limit);
    },
    of(job, service) {
      return (tails.get(keyOf(job, service)) ?? []).slice(-limit);
    },
  };
}

function keyOf(job: string, service: string | undefined): string {
  return service === undefined ? job : `${job}\n${service}`;
}
