import type { RunEvent } from "./run-event.ts";

/**
 * The last lines of every log of a run. Changed in place, unlike a {@link RunView}: a run may print a million lines a second.
 */
export interface LogTails {
  /** Looks at log events, passes over all others. */
  add(event: RunEvent): void;
  /** Oldest first. @param service undefined: the job's own log. */
  of(job: string, service?: string): readonly string[];
}

/** @param limit how many lines to keep of each log */
export function createLogTails(limit: number): LogTails {
  const tails = new Map<string, string[]>();
  return {
    add(event) {
      if (event.type !== "job.log" && event.type !== "service.log") return;
      const key = keyOf(event.job, event.type === "service.log" ? event.service : undefined);
      const tail = tails.get(key);
      if (tail === undefined) {
        tails.set(key, [event.text]);
        return;
      }
      tail.push(event.text);
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
