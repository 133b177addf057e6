import type { RunEvent } from "../../events/run-event.ts";
import { JOB_WORDS, type RunView, SERVICE_WORDS } from "../../events/run-view.ts";
import { assertNever } from "../../text/assert-never.ts";
import { dropControls } from "../../trace/control-sequences.ts";
import { bareSeconds, formatMegabytes } from "./amounts.ts";
import { renderLogBlock, renderServiceWarning } from "./blocks.ts";
import type { Look } from "./look.ts";

/** An event as lines for a log file: a time stamp, the object, what happened, `key=value`. `view` holds the event. */
export function plainLines(event: RunEvent, view: RunView, look: Look, verbose: boolean): readonly string[] {
  const words = plainWords(event, view, verbose);
  if (words === undefined) return [];
  const line = `${plainStamp(Date.parse(event.t))} ${dropControls(words)}`;
  if (event.type === "service.failed") {
    return [line, ...renderLogBlock(`${event.job}:${event.service}`, event.logTail, look)];
  }
  return event.type === "service.unready" ? [line, ...renderServiceWarning(event, look)] : [line];
}

/** To the second, as outer CI systems do. */
export function plainStamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Who needs an image: `test:db` when it is one, else `image`. */
export function imageOwner(view: RunView, image: string): string {
  const owners = [...view.jobs.values()].flatMap((job) => [
    ...(job.image === image ? [job.name] : []),
    ...job.services.filter((service) => service.image === image).map((service) => `${job.name}:${service.id}`),
  ]);
  return owners.length === 1 ? (owners[0] ?? "image") : "image";
}

function plainWords(event: RunEvent, view: RunView, verbose: boolean): string | undefined {
  switch (event.type) {
    case "run.started": {
      const services = event.jobs.reduce((sum, job) => sum + job.services.length, 0);
      return `run ${event.run} start file=${toValue(event.file)} jobs=${event.jobs.length} services=${services} engine=${quote(event.engine)}`;
    }
    case "run.note":
      return `${event.level}${event.job === undefined ? "" : ` ${event.job}`}: ${event.text}`;
    case "image.pulling":
    case "image.retrying":
    case "image.pulled":
    case "image.failed":
      return `${imageOwner(view, event.image)} ${imageWords(event)}`;
    case "job.started":
      return `${event.job} start${event.attempt > 1 ? ` attempt=${event.attempt}` : ""}`;
    case "service.waiting":
      return verbose ? `${event.job}:${event.service} ${waitingWords(event)}` : undefined;
    case "service.starting":
    case "service.ready":
    case "service.unready":
    case "service.failed":
    case "service.ended":
      return serviceWords(event);
    case "script.started":
      return `${scriptOwner(event, view)} ${SCRIPT_WORDS[event.script]}`;
    case "artifacts.restored":
      return `${event.job} artifacts from=${toValue(event.from.join(","))}`;
    case "artifacts.kept": {
      const folder = event.folder === undefined ? "" : ` folder=${toValue(event.folder)}`;
      return `${event.job} artifacts files=${event.files} bytes=${event.bytes}${folder}`;
    }
    case "cache.restored":
      return `${event.job} cache key=${toValue(event.key)} found=${event.found}`;
    case "cache.kept":
      return `${event.job} cache key=${toValue(event.key)} files=${event.files} bytes=${event.bytes}`;
    case "tests.reported":
      return `${event.job} tests=${event.total} failed=${event.failed} skipped=${event.skipped}`;
    case "job.finished":
      return jobWords(event);
    case "run.cleaned":
      return `run ${event.run} cleaned containers=${event.containers} networks=${event.networks} volumes=${event.volumes}`;
    default:
      return undefined;
  }
}

const SCRIPT_WORDS = { before: "pre_get_sources_script", main: "script", after: "after_script" } as const;

/** `test`; `test:unit` in a job of several steps. */
function scriptOwner({ job, step }: Extract<RunEvent, { type: "script.started" }>, view: RunView): string {
  const name = view.jobs.get(job)?.steps.get(step);
  return name === undefined ? job : `${job}:${name}`;
}

/** As JSON has it: a quote in a text does not end it. */
function quote(text: string): string {
  return JSON.stringify(text);
}

function toValue(text: string): string {
  return /^[^\s"=]+$/.test(text) ? text : quote(text);
}

type ImageEvent = Extract<RunEvent, { type: "image.pulling" | "image.retrying" | "image.pulled" | "image.failed" }>;

function imageWords(event: ImageEvent): string {
  switch (event.type) {
    case "image.pulling":
      return `pulling ${event.image}`;
    case "image.retrying":
      return `retrying ${event.image} reason=${quote(event.reason)}`;
    case "image.failed":
      return `failed ${event.image} reason=${quote(event.message)}`;
    case "image.pulled":
      if (event.how === "local") return `local ${event.image}`;
      return `pulled ${event.image} ${formatMegabytes(event.bytes).replace(" ", "")} ${bareSeconds(event.afterMs)}s`;
    default:
      return assertNever(event);
  }
}

function waitingWords(event: Extract<RunEvent, { type: "service.waiting" }>): string {
  const time = `${bareSeconds(event.afterMs)}s`;
  return `${SERVICE_WORDS.starting} ${time} probe=${quote(event.probe)} last=${quote(event.detail)} try=${event.tries}`;
}

type ServiceEvent = Extract<
  RunEvent,
  { type: "service.starting" | "service.ready" | "service.unready" | "service.failed" | "service.ended" }
>;

function serviceWords(event: ServiceEvent): string | undefined {
  const name = `${event.job}:${event.service}`;
  switch (event.type) {
    case "service.starting":
      return `${name} ${SERVICE_WORDS.starting} ${event.image}`;
    case "service.ready": {
      const proof = event.probe === "none" ? `(${event.answer})` : `probe=${quote(event.probe)}`;
      return `${name} ${SERVICE_WORDS.ready} ${bareSeconds(event.afterMs)}s ${proof}`;
    }
    case "service.unready":
      return `${name} ${SERVICE_WORDS.unready} ${bareSeconds(event.afterMs)}s probe=${quote(event.probe)}`;
    case "service.failed": {
      const oom = event.oomKilled ? " oom=true" : "";
      return `${name} ${SERVICE_WORDS.failed} exit=${event.exitCode ?? "unknown"}${oom} after=${bareSeconds(event.afterMs)}s`;
    }
    case "service.ended":
      return event.why === "done" ? `${name} ${SERVICE_WORDS.done} exit=${event.exitCode ?? "unknown"}` : undefined;
    default:
      return assertNever(event);
  }
}

function jobWords(event: Extract<RunEvent, { type: "job.finished" }>): string {
  const exit = event.exitCode === null ? "" : ` exit=${event.exitCode}`;
  const times = event.scriptMs > 0 ? ` script=${bareSeconds(event.scriptMs)}s` : "";
  const waited = event.waitedMs > 0 ? ` waited=${bareSeconds(event.waitedMs)}s` : "";
  const allowed = event.allowed ? " allowed=true" : "";
  const coverage = event.coveragePercent === undefined ? "" : ` coverage=${event.coveragePercent}%`;
  const again = event.willRetry ? ` next-attempt=${event.attempt + 1}` : "";
  return `${event.job} ${JOB_WORDS[event.state]}${exit}${times}${waited}${coverage}${allowed}${again}`;
}
