import { EVENT_FIELDS, type FieldKind, isOptional } from "./event-schema.ts";
import { EVENT_VERSION, type RunEvent } from "./run-event.ts";

const FIELDS_OF = new Map<string, object>(Object.entries(EVENT_FIELDS));

type LogEvent = Extract<RunEvent, { readonly type: "job.log" | "service.log" }>;

/** Makes one line with its end of each event; fields in the order of the types. One formatter for each stream of events. */
export function createEventFormatter(): (event: RunEvent) => string {
  let last: LogEvent | undefined;
  let subject = "";
  return (event) => {
    if (event.type !== "job.log" && event.type !== "service.log") return `${JSON.stringify(event)}\n`;
    // Log lines are nearly all of a run's events, and what they are about changes seldom.
    if (last === undefined || !isSameSubject(last, event)) subject = formatSubject(event);
    last = event;
    return `{"v":${event.v},"seq":${event.seq},"t":"${event.t}",${subject},"text":${JSON.stringify(event.text)}}\n`;
  };
}

function formatSubject(event: LogEvent): string {
  const { run, type, job, fd } = event;
  const source = event.type === "job.log" ? { step: event.step } : { service: event.service };
  return JSON.stringify({ run, type, job, ...source, fd }).slice(1, -1);
}

function isSameSubject(a: LogEvent, b: LogEvent): boolean {
  return sourceOf(a) === sourceOf(b) && a.job === b.job && a.fd === b.fd && a.type === b.type && a.run === b.run;
}

function sourceOf(event: LogEvent): string {
  return event.type === "job.log" ? event.step : event.service;
}

/**
 * @returns undefined for what a reader has to pass over: a line cut short, another version, a type of a later Outrigger.
 */
export function parseEvent(line: string): RunEvent | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isEvent(value) ? value : undefined;
  } catch (error) {
    // The last line of a run that was killed.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isEvent(value: unknown): value is RunEvent {
  if (!isRecord(value)) return false;
  const { v, seq, t, run, type } = value;
  if (v !== EVENT_VERSION || typeof seq !== "number" || typeof t !== "string" || typeof run !== "string") return false;
  const fields = typeof type === "string" ? FIELDS_OF.get(type) : undefined;
  if (fields === undefined) return false;
  const kinds: [string, FieldKind][] = Object.entries(fields);
  return kinds.every(([name, kind]) => (value[name] === undefined ? isOptional(kind) : fits(kind, value[name])));
}

function fits(kind: FieldKind, value: unknown): boolean {
  switch (kind) {
    case "text":
    case "text?":
      return typeof value === "string";
    case "count":
    case "count?":
      return typeof value === "number";
    case "code":
      return value === null || typeof value === "number";
    case "flag":
      return typeof value === "boolean";
    case "texts":
      return Array.isArray(value) && value.every((item) => typeof item === "string");
    case "fd":
      return value === 1 || value === 2;
    case "cause?":
      return isRecord(value) && typeof value["kind"] === "string" && typeof value["text"] === "string";
    case "jobs":
      return Array.isArray(value) && value.every((job) => isRecord(job) && Array.isArray(job["services"]));
    default:
      return typeof value === "string" && kind.includes(value);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
