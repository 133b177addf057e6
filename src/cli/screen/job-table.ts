import { JOB_WORDS, type JobView, type RunView, SERVICE_WORDS, type ServiceView } from "../../events/run-view.ts";
import { formatFineSeconds, formatSeconds } from "./amounts.ts";
import type { Look } from "./look.ts";
import { describeServiceEnd, sayJob, toneOfJob } from "./sayings.ts";
import { cutLine, padTo, shortenName, textWidth } from "./text-width.ts";

const HEAD = ["JOB", "STATE", "SCRIPT", "WAITED", "SERVICES"];
const MIN_SERVICES_WIDTH = 12;

/** A row for each job, with what it did and how long it waited for what. */
export function renderJobTable(view: RunView, look: Look): readonly string[] {
  const rows = [...view.jobs.values()].map((job) => toRow(job, look));
  const widths = HEAD.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => textWidth(row[column] ?? ""))),
  );
  const roomForServices = look.columns - widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 2);
  if (roomForServices < MIN_SERVICES_WIDTH) widths.pop();
  const toLine = (row: readonly string[]): string => {
    const line = `  ${widths.map((width, column) => padTo(row[column] ?? "", width)).join("  ")}`.trimEnd();
    return cutLine(line, look.columns, look.symbols.ellipsis);
  };
  return [look.paint.tone("dim", toLine(HEAD)), ...rows.map(toLine)];
}

function toRow(job: JobView, look: Look): readonly string[] {
  const name = shortenName(job.name, Math.floor(look.columns / 3), look.symbols.ellipsis);
  const words =
    JOB_WORDS[job.state] + (job.allowed ? " (allowed)" : "") + (job.attempt > 1 ? `, try ${job.attempt}` : "");
  const didRun = job.scriptStartedAt !== undefined;
  const wasTried = job.startedAt !== undefined;
  return [
    look.paint.name(job.name, name),
    `${sayJob(job, look)} ${look.paint.tone(toneOfJob(job), words)}`,
    didRun ? formatSeconds(job.scriptMs) : "not run",
    wasTried ? formatSeconds(job.waitedMs) : "",
    job.services.map(serviceCell).join(", "),
  ];
}

function serviceCell(service: ServiceView): string {
  if (service.state === "failed") return `${service.id} ${describeServiceEnd(service)}`;
  if (service.readyAfterMs !== undefined) return `${service.id} ${formatFineSeconds(service.readyAfterMs)}`;
  const isLate = service.state === "starting" || service.state === "started" || service.reason !== undefined;
  return `${service.id} ${SERVICE_WORDS[isLate ? "unready" : service.state]}`;
}
