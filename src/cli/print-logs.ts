import type { RunView } from "../events/run-view.ts";
import { UsageError } from "../model/outrigger-error.ts";
import type { LogLine } from "../system/log-file.ts";
import { LogFollower, mergeLogs } from "../system/log-follower.ts";
import { currentOwner } from "../system/owner.ts";
import { logPath } from "../system/run-paths.ts";
import { findRun, listRuns, readLog, readRun } from "../system/run-store.ts";
import { isRunOver } from "../system/unfinished-runs.ts";
import { dropControls } from "../trace/control-sequences.ts";
import { shownLine } from "../trace/shown-line.ts";
import type { CliContext } from "./cli-context.ts";
import { EXIT } from "./exit-codes.ts";

const POLL_MS = 200;

export interface LogsRequest {
  /** Jobs and services together, by time. */
  readonly merged?: boolean;
  /** Go on until the run has ended. */
  readonly follow?: boolean;
}

/** One log on its way to a person. */
interface Source {
  readonly job: string;
  readonly service: string | undefined;
  readonly prefix: string;
}

/**
 * Prints what was kept of a run: the logs of its jobs, of one job, or of one service.
 *
 * Without a run it lists the runs. A job's name may hold a colon; the longest name that fits wins.
 */
export async function printLogs(
  context: CliContext,
  run: string | undefined,
  target: string | undefined,
  request: LogsRequest = {},
): Promise<number> {
  const { stateFolder } = context.config;
  if (run === undefined) return listAll(context);
  const found = await findRun(stateFolder, run);
  if (found.kind === "none") {
    throw new UsageError(`no run "${run}"`, { hint: "outrigger logs lists the runs that are kept" });
  }
  if (found.kind === "several") {
    throw new UsageError(`"${run}" may be ${found.runIds.join(" or ")}`, { hint: "give more of the id" });
  }
  const { runId } = found;
  const sources = chooseSources(await readRun(stateFolder, runId), runId, target, request.merged === true);
  if (request.follow === true) await followSources(context, runId, sources);
  else if (request.merged === true) await printMerged(context, runId, sources);
  else for (const source of sources) await printSource(context, runId, source);
  return EXIT.passed;
}

function chooseSources(view: RunView, runId: string, target: string | undefined, merged: boolean): readonly Source[] {
  const only = target === undefined ? undefined : splitTarget(view, runId, target);
  if (only?.service !== undefined) return [{ ...only, prefix: "" }];
  const jobs = [...view.jobs.values()].filter((job) => only === undefined || job.name === only.job);
  return jobs.flatMap((job) => {
    const isAlone = only !== undefined && !merged;
    const own = { job: job.name, service: undefined, prefix: isAlone ? "" : dropControls(`${job.name} | `) };
    const services = job.services.map(({ id }) => ({
      job: job.name,
      service: id,
      prefix: dropControls(`${job.name}:${id} | `),
    }));
    return merged ? [own, ...services] : [own];
  });
}

async function printSource(context: CliContext, runId: string, source: Source): Promise<void> {
  for await (const lines of readLog(context.config.stateFolder, runId, source.job, source.service)) {
    context.stdout.write(lines.map((line) => show(context, source, line)).join(""));
    if (!(await context.stdout.drained())) return;
  }
}

async function printMerged(context: CliContext, runId: string, sources: readonly Source[]): Promise<void> {
  const logs = sources.map((source) =>
    withSource(readLog(context.config.stateFolder, runId, source.job, source.service), source),
  );
  for await (const lines of mergeLogs(logs)) {
    context.stdout.write(lines.map(({ source, ...line }) => show(context, source, line)).join(""));
    if (!(await context.stdout.drained())) return;
  }
}

/** Polls: a run writes its logs for itself, and tells nobody. */
async function followSources(context: CliContext, runId: string, sources: readonly Source[]): Promise<void> {
  const { stateFolder } = context.config;
  const followers = sources.map((source) => ({
    source,
    log: new LogFollower(logPath(stateFolder, runId, source.job, source.service)),
  }));
  for (;;) {
    // Asked first: nothing is written once the last event is, or once nobody is left who could.
    const isOver = isRunOver(stateFolder, runId, currentOwner());
    const { state } = await readRun(stateFolder, runId);
    const news = await Promise.all(
      followers.map(async ({ source, log }) => (await log.readNew()).map((line) => ({ ...line, source }))),
    );
    const sorted = news.flat().toSorted((a, b) => (a.t < b.t ? -1 : a.t > b.t ? 1 : 0));
    context.stdout.write(sorted.map(({ source, ...line }) => show(context, source, line)).join(""));
    if (!(await context.stdout.drained())) return;
    if (isOver || !isLive(state)) return;
    await context.clock.sleep(POLL_MS);
  }
}

async function* withSource(
  log: AsyncIterable<readonly LogLine[]>,
  source: Source,
): AsyncGenerator<readonly (LogLine & { readonly source: Source })[]> {
  for await (const lines of log) yield lines.map((line) => ({ ...line, source }));
}

/** A line as a person sees it, with its end; a service's line has its time. Empty for a line of section marks only. */
function show(context: CliContext, { prefix, service }: Source, { t, text }: LogLine): string {
  const line = shownLine(text, { colours: context.stdout.isTerminal });
  return line === undefined ? "" : `${prefix}${service === undefined ? "" : `${t} `}${line}\n`;
}

async function listAll(context: CliContext): Promise<number> {
  const { stateFolder } = context.config;
  const runIds = await listRuns(stateFolder);
  if (runIds.length === 0) context.stderr.write("no runs are kept\n");
  for (const runId of runIds) {
    const isOver = isRunOver(stateFolder, runId, currentOwner());
    const view = await readRun(stateFolder, runId);
    const state = isOver && isLive(view.state) ? "killed" : view.state;
    const startedAt = view.startedAt === undefined ? "" : new Date(view.startedAt).toISOString();
    const line = `${runId}  ${startedAt}  ${state.padEnd(8)}  ${view.file}  ${[...view.jobs.keys()].join(" ")}`;
    context.stdout.write(`${dropControls(line)}\n`);
  }
  return EXIT.passed;
}

function isLive(state: RunView["state"]): boolean {
  return state === "starting" || state === "running";
}

function splitTarget(view: RunView, runId: string, target: string): { job: string; service: string | undefined } {
  if (view.jobs.has(target)) return { job: target, service: undefined };
  for (let colon = target.lastIndexOf(":"); colon > 0; colon = target.lastIndexOf(":", colon - 1)) {
    const job = view.jobs.get(target.slice(0, colon));
    const service = target.slice(colon + 1);
    if (job === undefined) continue;
    if (job.services.some((known) => known.id === service)) return { job: job.name, service };
    const known = job.services.map((candidate) => candidate.id).join(", ") || "none";
    throw new UsageError(`job "${job.name}" of run ${runId} has no service "${service}"`, {
      hint: `its services: ${known}`,
    });
  }
  const known = [...view.jobs.values()].flatMap((job) => [
    job.name,
    ...job.services.map(({ id }) => `${job.name}:${id}`),
  ]);
  throw new UsageError(`run ${runId} has no job "${target}"`, { hint: `known are ${known.join(", ")}` });
}
