import type { RunEvent } from "../../src/events/run-event.ts";
import { spreadOf } from "../measure/statistics.ts";

/** Of a file of events that a run has written. */
export function parseEvents(text: string): readonly RunEvent[] {
  return text
    .split("\n")
    .filter(Boolean)
    .map((line): RunEvent => JSON.parse(line));
}

/** From the start of the only job until the first line of its script was there, in milliseconds. */
export function firstLineMs(events: readonly RunEvent[]): number {
  const started = events.find(({ type }) => type === "job.started");
  const first = events.find(({ type }) => type === "job.log");
  return started === undefined || first === undefined ? Number.NaN : Date.parse(first.t) - Date.parse(started.t);
}

/** How late each line was that says when it was printed: it begins with seconds since 1970. */
export function delaysMs(events: readonly RunEvent[]): readonly number[] {
  return events.flatMap((event) =>
    event.type === "job.log" && /^\d{9,}\.\d+$/.test(event.text)
      ? [Date.parse(event.t) - Number.parseFloat(event.text) * 1000]
      : [],
  );
}

/** The delay that 95 of 100 lines stay below. */
export function ninetyFifth(delays: readonly number[]): number {
  return spreadOf(delays)?.ninetyFifth ?? Number.NaN;
}

/** Of jobs that each count to a number twice: which has lost, doubled or mixed up a line, if one has. */
export function findLineFault(events: readonly RunEvent[], jobs: readonly string[], count: number): string | undefined {
  const once = Array.from({ length: count }, (_, index) => String(index + 1));
  const expected = [...once, ...once].join("\n");
  const logs = Map.groupBy(
    events.flatMap((event) => (event.type === "job.log" && /^\d+$/.test(event.text) ? [event] : [])),
    ({ job }) => job,
  );
  const wrong = jobs.find((job) => (logs.get(job) ?? []).map(({ text }) => text).join("\n") !== expected);
  if (wrong === undefined) return undefined;
  return `${wrong} has ${logs.get(wrong)?.length ?? 0} lines where ${2 * count} in their order were expected`;
}

/** Most jobs that had begun and not ended at one time; of these, none had begun its script. */
export function mostWaiting(events: readonly RunEvent[]): number {
  let waiting = 0;
  let most = 0;
  for (const { type } of events) {
    if (type === "job.started") waiting++;
    else if (type === "script.started" || type === "job.finished") waiting--;
    most = Math.max(most, waiting);
  }
  return most;
}
