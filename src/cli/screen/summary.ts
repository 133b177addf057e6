import { type RunView, runTimes } from "../../events/run-view.ts";
import { formatSource } from "../../text/source.ts";
import { dropControls } from "../../trace/control-sequences.ts";
import { formatCounts } from "../counts.ts";
import { bareSeconds, formatSeconds } from "./amounts.ts";
import { renderLogBlock } from "./blocks.ts";
import { renderJobTable } from "./job-table.ts";
import { renderKept } from "./kept-lines.ts";
import type { Look } from "./look.ts";
import { cutLine, textWidth, wrapText } from "./text-width.ts";

/** The end of every run: the jobs, the verdict, what was cleaned, where the logs are, and last the cause. */
export function renderSummary(
  view: RunView,
  look: Look,
  tailOf: (job: string) => readonly string[],
): readonly string[] {
  return [
    "",
    ...renderFailedJobTail(view, look, tailOf),
    ...renderJobTable(view, look),
    "",
    ...renderVerdict(view, look),
    ...renderCleaned(view, look),
    ...renderKept(view).map((line) => cutLine(line, look.columns, look.symbols.ellipsis)),
    `  logs: outrigger logs ${view.runId}`,
    ...renderCause(view, look),
  ];
}

/** `cause:` and `fix:`; nothing for a run without a cause. */
export function renderCause(view: RunView, look: Look): readonly string[] {
  const { cause } = view;
  if (cause === undefined) return [];
  const where = cause.at === undefined ? "" : ` (${formatSource(cause.at)})`;
  const text = cause.job === undefined || view.jobs.size === 1 ? cause.text : `job ${cause.job}: ${cause.text}`;
  return [
    ...labelled("  cause: ", text + where, look).map((line) => look.paint.tone("strong", line)),
    ...(cause.hint === undefined ? [] : labelled("  fix:   ", cause.hint, look)),
  ];
}

/** With one job its last lines stand just above; with several they are anywhere. */
function renderFailedJobTail(view: RunView, look: Look, tailOf: (job: string) => readonly string[]): readonly string[] {
  const job = view.cause?.job;
  if (job === undefined || view.jobs.size < 2 || view.jobs.get(job)?.state !== "failed") return [];
  return [...renderLogBlock(job, tailOf(job), look), ""];
}

function renderVerdict(view: RunView, look: Look): readonly string[] {
  const { good, bad } = look.symbols;
  const isGood = view.state === "passed";
  const verdict = `${isGood ? good : bad} ${view.state} in ${formatSeconds(view.afterMs ?? 0)}`;
  const { pullMs, servicesMs, scriptMs } = runTimes(view);
  const times = [
    ...(pullMs === undefined ? [] : [`pull ${bareSeconds(pullMs)}`]),
    ...(servicesMs === undefined ? [] : [`services ${bareSeconds(servicesMs)}`]),
    ...(scriptMs === undefined ? [] : [`script ${bareSeconds(scriptMs)}`]),
  ];
  const line = look.paint.tone(isGood ? "good" : "bad", verdict);
  if (times.length === 0) return [line];
  const detail = look.paint.tone("dim", `(${times.join(", ")})`);
  const whole = `${line}   ${detail}`;
  return textWidth(whole) <= look.columns ? [whole] : [line, `  ${detail}`];
}

function renderCleaned(view: RunView, look: Look): readonly string[] {
  if (view.cleaned === undefined) return [];
  return [
    `  cleaned: ${formatCounts(view.cleaned)}`,
    ...view.cleaned.problems
      .flatMap((problem) => labelled("  warning: ", problem, look))
      .map((line) => look.paint.tone("warning", line)),
  ];
}

function labelled(label: string, text: string, look: Look): readonly string[] {
  return text
    .split("\n")
    .flatMap((line) => wrapText(dropControls(line), look.columns - label.length))
    .map((line, n) => (n === 0 ? label : " ".repeat(label.length)) + line);
}
