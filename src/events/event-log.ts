import { LineBlock } from "../text/line-block.ts";
import { type LineSink, type LogLines, type StateEvent, toLogEvents } from "./log-lines.ts";
import { EVENT_VERSION, type EventSink, type RunEvent } from "./run-event.ts";

/** Takes events in order. A promise says "not so fast": see {@link EventLog.pressure}. */
export type EventListener = (event: RunEvent) => void | Promise<void>;

/** Takes log lines many at a time, and all other events between them. */
export interface LineListener {
  onEvent(event: StateEvent): void | Promise<void>;
  onLines(lines: LogLines): void | Promise<void>;
}

export interface EventLogOptions {
  readonly runId: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly listeners: readonly (EventListener | LineListener)[];
}

/** Numbers and stamps what happens in one run, and tells every listener at once. */
export interface EventLog {
  /** Never waits and never fails because of a slow listener. */
  readonly emit: EventSink;
  /** Lines that came together; they are events as all others are. */
  readonly emitLines: LineSink;
  /** Resolves when every listener is ready for more; undefined when all of them are. Who makes many events asks now and then. */
  readonly pressure: () => Promise<void> | undefined;
}

export function createEventLog({ runId: run, now, listeners }: EventLogOptions): EventLog {
  const waiting = new Set<Promise<void>>();
  let seq = 0;
  const heed = (pending: void | Promise<void>): void => {
    if (pending === undefined || waiting.has(pending)) return;
    waiting.add(pending);
    void pending.finally(() => waiting.delete(pending));
  };
  const emitLines: LineSink = (source, block) => {
    if (block.count === 0) return;
    const lines: LogLines = { seq: seq + 1, t: new Date(now()).toISOString(), run, source, block };
    seq += block.count;
    for (const listener of listeners) {
      if (typeof listener !== "function") heed(listener.onLines(lines));
      else for (const event of toLogEvents(lines)) heed(listener(event));
    }
  };
  return {
    emit(body) {
      if (body.type === "job.log" || body.type === "service.log") {
        emitLines(body, LineBlock.of([body.text]));
        return;
      }
      const event: StateEvent = { v: EVENT_VERSION, seq: ++seq, t: new Date(now()).toISOString(), run, ...body };
      for (const listener of listeners)
        heed(typeof listener === "function" ? listener(event) : listener.onEvent(event));
    },
    emitLines,
    pressure() {
      return waiting.size === 0 ? undefined : Promise.all(waiting).then(() => undefined);
    },
  };
}
