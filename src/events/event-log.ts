import { EVENT_VERSION, type EventSink, type RunEvent, type RunEventBody } from "./run-event.ts";

/** Takes events in order. A promise says "not so fast": see {@link EventLog.pressure}. */
export type EventListener = (event: RunEvent) => void | Promise<void>;

export interface EventLogOptions {
  readonly runId: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly listeners: readonly EventListener[];
}

/** Numbers and stamps what happens in one run, and tells every listener at once. */
export interface EventLog {
  /** Never waits and never fails because of a slow listener. */
  readonly emit: EventSink;
  /** Resolves when every listener is ready for more; undefined when all of them are. Who makes many events asks now and then. */
  readonly pressure: () => Promise<void> | undefined;
}

export function createEventLog({ runId, now, listeners }: EventLogOptions): EventLog {
  const waiting = new Set<Promise<void>>();
  let seq = 0;
  let stampMs = Number.NaN;
  let stamp = "";
  const wait = (promise: Promise<void>): void => {
    waiting.add(promise);
    void promise.finally(() => waiting.delete(promise));
  };
  return {
    emit(body: RunEventBody) {
      const ms = now();
      // Formatting a date costs more than the rest of an event.
      if (ms !== stampMs) {
        stampMs = ms;
        stamp = new Date(ms).toISOString();
      }
      const event = toEvent(body, ++seq, stamp, runId);
      for (const listener of listeners) {
        const pending = listener(event);
        if (pending !== undefined && !waiting.has(pending)) wait(pending);
      }
    },
    pressure() {
      return waiting.size === 0 ? undefined : Promise.all(waiting).then(() => undefined);
    },
  };
}

/** Log lines are nearly all of a run's events; copying their fields one by one is several times faster. */
function toEvent(body: RunEventBody, seq: number, t: string, run: string): RunEvent {
  if (body.type === "job.log") {
    const { type, job, step, fd, text } = body;
    return { v: EVENT_VERSION, seq, t, run, type, job, step, fd, text };
  }
  if (body.type === "service.log") {
    const { type, job, service, fd, text } = body;
    return { v: EVENT_VERSION, seq, t, run, type, job, service, fd, text };
  }
  return { v: EVENT_VERSION, seq, t, run, ...body };
}
