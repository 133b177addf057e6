import {
  type ImageView,
  JOB_WORDS,
  type JobView,
  type RunView,
  SERVICE_WORDS,
  type ServiceView,
} from "../../events/run-view.ts";
import { formatElapsed, formatMegabytes, formatSeconds } from "./amounts.ts";
import type { Look } from "./look.ts";
import { cutLine, padTo, shortenName, textWidth } from "./text-width.ts";

const MAX_LINES = 8;
const BAR_WIDTH = 18;

interface LiveRow {
  readonly symbol: string;
  readonly name: string;
  readonly words: string;
}

/** What goes on right now: at most eight lines, none wider than the screen. Empty when nothing does. */
export function renderLiveBlock(view: RunView, look: Look, nowMs: number): readonly string[] {
  if (view.state !== "running") return [];
  const rows = liveRows(view, look, nowMs);
  const shown = rows.length > MAX_LINES ? rows.slice(0, MAX_LINES - 1) : rows;
  const names = shown.map((row) => shortenName(row.name, Math.floor(look.columns / 3), look.symbols.ellipsis));
  const width = Math.max(0, ...names.map(textWidth));
  const lines = shown.map((row, n) => ` ${row.symbol} ${padTo(names[n] ?? "", width)}  ${row.words}`);
  if (shown.length < rows.length) lines.push(`   and ${rows.length - shown.length} more`);
  // The last column stays empty: some terminals break the line when it is filled.
  return lines.map((line) => cutLine(line, look.columns - 1));
}

function liveRows(view: RunView, look: Look, nowMs: number): readonly LiveRow[] {
  const images = [...view.images.values()]
    .filter(({ state }) => state === "pulling" || state === "retrying")
    .map((image) => imageRow(image, look, nowMs));
  const jobs = [...view.jobs.values()].filter(({ state }) => state === "preparing" || state === "running");
  return [...images, ...jobs.flatMap((job) => [...serviceRows(job, look, nowMs), jobRow(job, look, nowMs)])];
}

function imageRow(image: ImageView, look: Look, nowMs: number): LiveRow {
  const symbol = look.symbols.pulling;
  const name = image.image;
  const seconds = Math.max(0.1, (nowMs - image.startedAt) / 1000);
  if (image.state === "retrying") return { symbol, name, words: `tries again: ${image.reason ?? ""}` };
  if (image.totalBytes === 0) return { symbol, name, words: `pulling ${formatSeconds(seconds * 1000)}` };
  const done = Math.min(1, image.doneBytes / image.totalBytes);
  const filled = Math.round(done * BAR_WIDTH);
  const bar = `[${"#".repeat(filled)}${"-".repeat(BAR_WIDTH - filled)}]`;
  const rate = image.doneBytes / seconds;
  const left = rate > 0 ? `  ${Math.ceil((image.totalBytes - image.doneBytes) / rate)} s left` : "";
  const amount = `${Math.round(image.doneBytes / 1e6)}/${Math.round(image.totalBytes / 1e6)} MB`;
  return { symbol, name, words: `${bar}  ${amount}  ${formatMegabytes(rate)}/s${left}` };
}

function serviceRows(job: JobView, look: Look, nowMs: number): readonly LiveRow[] {
  return job.services
    .filter(({ state }) => state === "starting" || state === "started")
    .map((service) => {
      const name = `${job.name}:${service.id}`;
      return { symbol: look.paint.tone("warning", look.symbols.working), name, words: startingWords(service, nowMs) };
    });
}

function startingWords(service: ServiceView, nowMs: number): string {
  const time = `${SERVICE_WORDS.starting} ${formatSeconds(nowMs - (service.startedAt ?? nowMs))}`;
  if (service.probe === undefined) return time;
  const limit = service.timeoutMs === undefined ? "" : `  ${Math.round(service.timeoutMs / 1000)} s max`;
  return `${time}  ${service.probe}: ${service.answer ?? ""} (try ${service.tries})${limit}`;
}

function jobRow(job: JobView, look: Look, nowMs: number): LiveRow {
  const elapsed = formatElapsed(nowMs - (job.startedAt ?? nowMs));
  return { symbol: look.symbols.running, name: job.name, words: `${padTo(doingWords(job), 24)}  ${elapsed}` };
}

function doingWords(job: JobView): string {
  if (job.state === "running") return JOB_WORDS.running;
  const missing = job.services.filter(
    ({ state }) => state === "waiting" || state === "starting" || state === "started",
  );
  return missing.length === 0 ? JOB_WORDS.preparing : `waits for ${missing.map(({ id }) => id).join(", ")}`;
}
