import type { RunView } from "../events/run-view.ts";
import { UsageError } from "../model/outrigger-error.ts";
import { findRun, listRuns, readLog, readRun } from "../system/run-store.ts";
import { shownLine } from "../trace/shown-line.ts";
import type { CliContext } from "./cli-context.ts";
import { EXIT } from "./exit-codes.ts";

/**
 * Prints what was kept of a run: the logs of its jobs, of one job, or of one service.
 *
 * Without a run it lists the runs. A job's name may hold a colon; the longest name that fits wins.
 */
export async function printLogs(
  context: CliContext,
  run: string | undefined,
  target: string | undefined,
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
  const view = await readRun(stateFolder, found.runId);
  const jobs = [...view.jobs.keys()];
  if (target === undefined) {
    for (const job of jobs) await printLog(context, found.runId, job, undefined, `${job} | `);
    return EXIT.passed;
  }
  const { job, service } = splitTarget(view, found.runId, target);
  await printLog(context, found.runId, job, service, "");
  return EXIT.passed;
}

async function listAll(context: CliContext): Promise<number> {
  const { stateFolder } = context.config;
  for (const runId of await listRuns(stateFolder)) {
    const view = await readRun(stateFolder, runId);
    const startedAt = view.startedAt === undefined ? "" : new Date(view.startedAt).toISOString();
    context.stdout.write(
      `${runId}  ${startedAt}  ${view.state.padEnd(8)}  ${view.file}  ${[...view.jobs.keys()].join(" ")}\n`,
    );
  }
  return EXIT.passed;
}

async function printLog(
  context: CliContext,
  runId: string,
  job: string,
  service: string | undefined,
  prefix: string,
): Promise<void> {
  const style = { colours: context.stdout.isTerminal };
  for await (const lines of readLog(context.config.stateFolder, runId, job, service)) {
    const shown = lines.flatMap(({ t, text }) => {
      const line = shownLine(text, style);
      return line === undefined ? [] : [`${prefix}${service === undefined ? "" : `${t} `}${line}\n`];
    });
    context.stdout.write(shown.join(""));
  }
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
