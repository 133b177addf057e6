import { EVENT_FIELDS, type FieldKind, isOptional } from "./event-schema.ts";
import { EVENT_VERSION, type RunEvent } from "./run-event.ts";

const FIELDS_OF = new Map<string, object>(Object.entries(EVENT_FIELDS));

/** One line with its end; fields in the order of the types. */
export function formatEvent(event: RunEvent): string {
  return `${JSON.stringify(event)}\n`;
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
