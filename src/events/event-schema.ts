import type { RunEventBody } from "./run-event.ts";

/** How a field looks in JSON. A `?` at the end: it may be missing. */
export type FieldKind =
  | "text"
  | "text?"
  | "count"
  | "count?"
  | "code"
  | "flag"
  | "texts"
  | "fd"
  | "cause?"
  | "jobs"
  | readonly string[];

/** Every event type and its fields besides `v`, `seq`, `t`, `run` and `type`. The compiler finds what is missing. */
export const EVENT_FIELDS: {
  readonly [Type in RunEventBody["type"]]: {
    readonly [Field in Exclude<keyof Extract<RunEventBody, { type: Type }>, "type">]-?: FieldKind;
  };
} = {
  "run.started": { file: "text", dialect: "text", engine: "text", jobs: "jobs", changedFiles: "count?" },
  "run.extended": { parent: "text", jobs: "jobs" },
  "run.note": { level: ["note", "warning"], text: "text", job: "text?" },
  "image.pulling": { image: "text" },
  "image.progress": { image: "text", doneBytes: "count", totalBytes: "count" },
  "image.retrying": { image: "text", reason: "text" },
  "image.pulled": { image: "text", how: ["local", "pulled"], bytes: "count", afterMs: "count" },
  "image.failed": { image: "text", code: "text", message: "text" },
  "job.started": { job: "text", attempt: "count" },
  "service.starting": { job: "text", service: "text", image: "text", hostNames: "texts" },
  "service.started": { job: "text", service: "text", container: "text", address: "text?" },
  "service.waiting": {
    job: "text",
    service: "text",
    probe: "text",
    detail: "text",
    tries: "count",
    afterMs: "count",
    timeoutMs: "count",
  },
  "service.ready": { job: "text", service: "text", probe: "text", answer: "text", afterMs: "count" },
  "service.unready": {
    job: "text",
    service: "text",
    container: "text",
    probe: "text",
    reason: "text",
    afterMs: "count",
    logTail: "texts",
  },
  "service.failed": {
    job: "text",
    service: "text",
    image: "text",
    exitCode: "code",
    oomKilled: "flag",
    wasReady: "flag",
    fatal: "flag",
    reason: "text",
    afterMs: "count",
    logTail: "texts",
  },
  "service.ended": { job: "text", service: "text", exitCode: "code", why: ["stopped", "done"] },
  "service.log": { job: "text", service: "text", fd: "fd", text: "text" },
  "script.started": { job: "text", step: "text", script: ["before", "main", "after"] },
  "script.finished": {
    job: "text",
    step: "text",
    script: ["before", "main", "after"],
    exitCode: "code",
    afterMs: "count",
  },
  "job.log": { job: "text", step: "text", fd: "fd", text: "text" },
  "artifacts.restored": { job: "text", from: "texts" },
  "artifacts.kept": { job: "text", files: "count", bytes: "count", folder: "text?" },
  "cache.restored": { job: "text", key: "text", found: "flag" },
  "cache.kept": { job: "text", key: "text", files: "count", bytes: "count" },
  "tests.reported": { job: "text", total: "count", failed: "count", skipped: "count", failures: "texts" },
  "job.finished": {
    job: "text",
    state: [
      "passed",
      "failed",
      "service_failed",
      "image_failed",
      "engine_failed",
      "timed_out",
      "canceled",
      "skipped",
      "manual",
      "refused",
    ],
    exitCode: "code",
    allowed: "flag",
    attempt: "count",
    willRetry: "flag",
    waitedMs: "count",
    scriptMs: "count",
    coveragePercent: "count?",
    cause: "cause?",
  },
  "run.cleaned": { containers: "count", networks: "count", volumes: "count", problems: "texts" },
  "run.finished": {
    state: ["passed", "failed", "canceled", "blocked"],
    exitCode: "count",
    afterMs: "count",
    cause: "cause?",
  },
};

const TEXT = { type: "string" };
const TEXTS = { type: "array", items: TEXT };
const COUNT = { type: "number", minimum: 0 };

/** JSON Schema (2020-12) of one line of `outrigger run --json`. Further fields are allowed: readers ignore them. */
export function eventJsonSchema(): object {
  const head = {
    v: { const: 1 },
    seq: { type: "integer", minimum: 1 },
    t: { type: "string", format: "date-time" },
    run: TEXT,
  };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Outrigger run event",
    oneOf: Object.entries(EVENT_FIELDS).map(([type, fields]) => {
      const own: [string, FieldKind][] = Object.entries(fields);
      return {
        type: "object",
        properties: {
          ...head,
          type: { const: type },
          ...Object.fromEntries(own.map(([name, kind]) => [name, fieldSchema(kind)])),
        },
        required: [...Object.keys(head), "type", ...own.filter(([, kind]) => !isOptional(kind)).map(([name]) => name)],
      };
    }),
  };
}

export function isOptional(kind: FieldKind): boolean {
  return typeof kind === "string" && kind.endsWith("?");
}

function fieldSchema(kind: FieldKind): object {
  switch (kind) {
    case "text":
    case "text?":
      return TEXT;
    case "count":
    case "count?":
      return COUNT;
    case "code":
      return { type: ["integer", "null"] };
    case "flag":
      return { type: "boolean" };
    case "texts":
      return TEXTS;
    case "fd":
      return { enum: [1, 2] };
    case "cause?":
      return {
        type: "object",
        properties: { kind: TEXT, text: TEXT, hint: TEXT, job: TEXT, service: TEXT, certain: { type: "boolean" } },
        required: ["kind", "text", "certain"],
      };
    case "jobs":
      return {
        type: "array",
        items: {
          type: "object",
          properties: {
            name: TEXT,
            stage: TEXT,
            image: TEXT,
            services: { type: "array", items: { type: "object" } },
            steps: { type: "array", items: { type: "object" } },
            showServiceLogs: { type: "boolean" },
          },
          required: ["name", "image", "services", "showServiceLogs"],
        },
      };
    default:
      return { enum: kind };
  }
}
