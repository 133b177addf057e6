import type { LineBlock } from "../text/line-block.ts";
import { EVENT_VERSION, type RunEvent } from "./run-event.ts";

export type LogEvent = Extract<RunEvent, { readonly type: "job.log" | "service.log" }>;

/** Everything but log lines. */
export type StateEvent = Exclude<RunEvent, LogEvent>;

/** Whose lines they are: all that log events of one stream share. */
export type LogSource =
  | { readonly type: "job.log"; readonly job: string; readonly step: string; readonly fd: 1 | 2 }
  | { readonly type: "service.log"; readonly job: string; readonly service: string; readonly fd: 1 | 2 };

/** Log events that happened at once, one for each line. An object for each of a million lines would cost more than the line. */
export interface LogLines {
  /** Of the first; the others follow without gaps. */
  readonly seq: number;
  readonly t: string;
  readonly run: string;
  readonly source: LogSource;
  /** Never empty. */
  readonly block: LineBlock;
}

/** Takes log lines before they have their numbers and their time; it never waits. */
export type LineSink = (source: LogSource, block: LineBlock) => void;

/** The same lines as events. */
export function* toLogEvents({ seq, t, run, source, block }: LogLines): Generator<LogEvent> {
  let n = seq;
  for (const text of block.texts()) yield { v: EVENT_VERSION, seq: n++, t, run, ...source, text };
}
