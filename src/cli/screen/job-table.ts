import { JOB_WORDS, type JobView, type RunView, SERVICE_WORDS, type ServiceView } from "../../events/run-view.ts";
import { formatSeconds } from "./amounts.ts";
import type { Look } from "./look.ts";
import { describeServiceEnd, sayJob, toneOfJob } from "./sayings.ts";
import { cutLine, padTo, shortenName, textWidth } from "./text-width.ts";

const HEAD = ["JOB", "STATE", "SCRIPT", "WAITED", "SERVICES"];

/** A row for each job, with what it did and how long it waited for what. */
export function renderJobTable(view: RunView, look: Look): readonly string[] {
  const rows = [...view.jobs.values()].map((job) => toRow(job, look));
  const widths = HEAD.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => textWidth(row[column] ?? ""))),
  );
  const toLine = (row: readonly string[]): string =>
    cutLine(`  ${row.map((cell, column) => padTo(cell, widths[column] ?? 0)).join("  ")}`, look.columns).trimEnd();
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
  if (service.readyAfterMs !== undefined) return `${service.id} ${formatSeconds(service.readyAfterMs)}`;
  return `${service.id} ${service.reason === undefined ? SERVICE_WORDS[service.state] : SERVICE_WORDS.unready}`;
}
