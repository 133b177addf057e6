import type { RunEvent } from "../../events/run-event.ts";
import { JOB_WORDS, type JobView, type RunView, SERVICE_WORDS, type ServiceView } from "../../events/run-view.ts";
import { assertNever } from "../../text/assert-never.ts";
import { dropControls } from "../../trace/control-sequences.ts";
import { plural } from "../counts.ts";
import { formatFineSeconds, formatMegabytes, formatSeconds } from "./amounts.ts";
import { renderLogBlock, renderServiceWarning } from "./blocks.ts";
import type { Look } from "./look.ts";
import { describeServiceEnd, sayJob } from "./sayings.ts";
import { padTo, shortenName, textWidth, wrapText } from "./text-width.ts";

/** Lines of one group stand under one label (`images`, `services`) as long as nothing comes between. */
export interface ProgressLines {
  readonly group: "images" | "services" | undefined;
  readonly lines: readonly string[];
}

const LABEL_WIDTH = 9;
const NONE: ProgressLines = { group: undefined, lines: [] };

/** What stays on a terminal of an event; what changes while a run goes on is the live block's. `view` holds the event. */
export function progressLines(
  event: RunEvent,
  view: RunView,
  look: Look,
  { verbose, version }: { readonly verbose: boolean; readonly version: string },
): ProgressLines {
  switch (event.type) {
    case "run.started":
      return plainGroup(renderHead(view, look, version));
    case "run.note":
      return plainGroup(renderNote(event, look));
    case "image.pulled":
      return inGroup("images", imageLine(event.image, pulledWords(event), view, look, true));
    case "image.failed":
      return inGroup("images", imageLine(event.image, event.message, view, look, false));
    case "image.retrying":
      return verbose ? plainGroup([look.paint.tone("dim", `${event.image}: tries again: ${event.reason}`)]) : NONE;
    case "service.ready":
    case "service.failed":
    case "service.unready":
    case "service.ended":
      return serviceLines(event, view, look);
    case "service.waiting":
      return verbose ? plainGroup([look.paint.tone("dim", probeWords(event))]) : NONE;
    case "job.finished":
      return jobLines(event, view, look);
    default:
      return NONE;
  }
}

/** The first cell of a group's line. */
export function groupLabel(group: "images" | "services" | undefined, isFirst: boolean): string {
  return group === undefined ? "" : (isFirst ? group : "").padEnd(LABEL_WIDTH);
}

function renderHead(view: RunView, look: Look, version: string): readonly string[] {
  const services = [...view.jobs.values()].reduce((sum, job) => sum + job.services.length, 0);
  const parts = [
    view.file,
    `${plural(view.jobs.size, "job")}, ${plural(services, "service")}`,
    view.engine,
    ...(view.changedFiles ? [`${plural(view.changedFiles, "file")} changed`] : []),
  ];
  return [...wrapText(`${look.paint.tone("strong", `Outrigger ${version}`)}  ${parts.join("  ")}`, look.columns), ""];
}

function renderNote(event: Extract<RunEvent, { type: "run.note" }>, look: Look): readonly string[] {
  const label = event.job === undefined ? `${event.level}: ` : `${event.level}: ${event.job}: `;
  return wrapText(event.text, Math.max(20, look.columns - textWidth(label))).map((line, n) =>
    n === 0
      ? look.paint.tone(event.level === "warning" ? "warning" : "dim", label) + line
      : " ".repeat(textWidth(label)) + line,
  );
}

function pulledWords(event: Extract<RunEvent, { type: "image.pulled" }>): string {
  if (event.how === "local") return "local";
  return `pulled ${formatMegabytes(event.bytes)} in ${formatSeconds(event.afterMs)}`;
}

function imageLine(image: string, words: string, view: RunView, look: Look, isGood: boolean): string {
  const names = [...view.jobs.values()].flatMap((job) => [job.image, ...job.services.map((service) => service.image)]);
  return `${mark(isGood, look)} ${column(image, [...names, image], look)}  ${words}`;
}

function serviceLines(
  event: Extract<RunEvent, { type: "service.ready" | "service.failed" | "service.unready" | "service.ended" }>,
  view: RunView,
  look: Look,
): ProgressLines {
  const service = view.jobs.get(event.job)?.services.find(({ id }) => id === event.service);
  const name = `${event.job}:${event.service}`;
  const allNames = [...view.jobs.values()].flatMap((job) => job.services.map(({ id }) => `${job.name}:${id}`));
  const cell = look.paint.name(name, column(name, allNames, look));
  switch (event.type) {
    case "service.ready": {
      const words = [
        `ready in ${formatFineSeconds(event.afterMs)}`,
        event.probe === "none" ? event.answer : event.probe,
      ];
      return inGroup("services", `${mark(true, look)} ${cell}  ${[...words, addresses(service)].join("  ").trimEnd()}`);
    }
    case "service.failed": {
      const when = event.wasReady ? "while it was needed" : "before it was ready";
      const words = `${describeServiceEnd(event)} after ${formatSeconds(event.afterMs)}, ${when}`;
      const block = renderLogBlock(name, event.logTail, look);
      const line = `${event.fatal ? mark(false, look) : look.paint.tone("warning", look.symbols.warning)} ${cell}  ${words}`;
      return { group: "services", lines: [line, "", ...block] };
    }
    case "service.unready": {
      const words = `${SERVICE_WORDS.unready} after ${formatSeconds(event.afterMs)}`;
      const line = `${look.paint.tone("warning", look.symbols.warning)} ${cell}  ${words}`;
      return { group: "services", lines: [line, ...renderServiceWarning(event, look)] };
    }
    case "service.ended":
      if (event.why === "stopped") return NONE;
      return inGroup(
        "services",
        `${mark(true, look)} ${cell}  ${SERVICE_WORDS.done}, exit code ${event.exitCode ?? "unknown"}`,
      );
    default:
      return assertNever(event);
  }
}

/** Under which names it is reached; with the port when the probe found one. */
function addresses(service: ServiceView | undefined): string {
  const port = /^tcp (\d+)/.exec(service?.probe ?? "")?.[1];
  return (service?.hostNames ?? []).map((name) => (port === undefined ? name : `${name}:${port}`)).join(" ");
}

function jobLines(event: Extract<RunEvent, { type: "job.finished" }>, view: RunView, look: Look): ProgressLines {
  const job = view.jobs.get(event.job);
  if (job === undefined || (view.jobs.size === 1 && !event.willRetry)) return NONE;
  const again = event.willRetry ? `, attempt ${event.attempt + 1} follows` : "";
  return plainGroup([
    `${sayJob(job, look)} ${look.paint.name(job.name, dropControls(job.name))}  ${jobWords(job)}${again}`,
  ]);
}

function jobWords(job: JobView): string {
  const time = job.scriptMs > 0 ? ` in ${formatSeconds(job.waitedMs + job.scriptMs)}` : "";
  const why = job.state === "skipped" || job.state === "manual" ? job.cause?.text : undefined;
  return `${JOB_WORDS[job.state]}${time}${why === undefined ? "" : `: ${why}`}`;
}

function probeWords(event: Extract<RunEvent, { type: "service.waiting" }>): string {
  return `${event.job}:${event.service}: ${event.probe}: ${event.detail} (try ${event.tries}, ${formatSeconds(event.afterMs)})`;
}

function mark(isGood: boolean, look: Look): string {
  return isGood ? look.paint.tone("good", look.symbols.good) : look.paint.tone("bad", look.symbols.bad);
}

/** A name in a column as wide as the widest of its kind, and never wider than half of the screen. */
function column(name: string, all: readonly string[], look: Look): string {
  const width = Math.min(Math.max(...all.map(textWidth)), Math.floor(look.columns / 2) - LABEL_WIDTH);
  return padTo(shortenName(name, width, look.symbols.ellipsis), width);
}

function plainGroup(lines: readonly string[]): ProgressLines {
  return { group: undefined, lines };
}

function inGroup(group: "images" | "services", line: string): ProgressLines {
  return { group, lines: [line] };
}
