import { join } from "node:path";
import type { Engine } from "../engines/engine.ts";
import { createEventLog, type EventLog, type LineListener } from "../events/event-log.ts";
import type { RunPlan } from "../model/run-plan.ts";
import { createRunImages } from "../run/images.ts";
import type { Interruption } from "../run/interruption.ts";
import type { RunContext } from "../run/job-context.ts";
import { type RunResult, runPipeline } from "../run/run-pipeline.ts";
import { toStartedJobs } from "../run/started-jobs.ts";
import { sweep } from "../run/sweep.ts";
import { openArtifactStore } from "../system/artifact-store.ts";
import { openCacheStore } from "../system/cache-store.ts";
import { findOldCaches, removeCaches } from "../system/old-caches.ts";
import { currentOwner } from "../system/owner.ts";
import { openResourceLocks } from "../system/resource-locks.ts";
import { cachesFolder, runFolder } from "../system/run-paths.ts";
import { openRunRecorder } from "../system/run-recorder.ts";
import { pruneRuns } from "../system/run-store.ts";
import { markUnfinished, unmarkUnfinished } from "../system/unfinished-runs.ts";
import { packWorkTree } from "../system/work-tree.ts";
import { MIN_SECRET_LENGTH, unmaskableSecrets } from "../trace/secret-forms.ts";
import type { CliContext } from "./cli-context.ts";
import { formatCounts, plural } from "./counts.ts";
import { type DeadRunsHere, unmarkDeadRunsHere } from "./dead-runs-here.ts";
import { formatEngineWords } from "./engine-words.ts";
import { openEventFile } from "./event-file.ts";
import { EXIT, exitCodeOfRun } from "./exit-codes.ts";
import type { LoadedPipeline } from "./load-pipeline.ts";
import type { RunOptions } from "./run-options.ts";
import { openReportFile } from "./run-report.ts";
import { formatBytes } from "./screen/amounts.ts";
import { chooseScreenMode } from "./screen/screen-mode.ts";
import { openScreen } from "./screen/terminal.ts";
import { serviceLogLimit } from "./service-log-limit.ts";
import { startReaper } from "./start-reaper.ts";
import { type WatchedInterruption, watchSignals } from "./watch-signals.ts";

export interface RunToConduct {
  readonly engine: Engine;
  readonly plan: RunPlan;
  /** Where on the engine its objects will be beside the usual place. */
  readonly places: readonly string[];
  /** Of this engine; it was opened with where they may have left something. */
  readonly deadRuns: DeadRunsHere;
  readonly loaded: LoadedPipeline;
  readonly planAgain: RunContext["planAgain"];
  readonly planChildren: RunContext["planChildren"];
  readonly options: RunOptions;
  readonly maxParallelJobs: number;
}

/** Runs a plan with everything around it: screen, records, signals, leftovers of dead runs. @returns the exit code. */
export async function conductRun(context: CliContext, run: RunToConduct): Promise<number> {
  const { plan, options } = run;
  const listeners: LineListener[] = [];
  const log = createEventLog({ runId: plan.runId, now: context.clock.now, listeners });
  const eventFile = await openEventFile(context, options.json);
  const report = await openReportFile(context, options.report);
  const { stateFolder } = context.config;
  const wayBack = formatEngineWords(context.cwd, options, run.places);
  // Kept as long as something is written: whoever follows a run that has no mark any more has read all of it.
  markUnfinished(stateFolder, plan.runId, currentOwner(), wayBack);
  const recorder = await openRunRecorder({
    stateFolder,
    runId: plan.runId,
    serviceLogRate: serviceLogLimit(context.config),
    onProblem: (error) =>
      log.emit({ type: "run.note", level: "warning", text: `logs are not kept: ${messageOf(error)}` }),
  });
  const screen = openScreenFor(context, options);
  const files = [eventFile, report].filter((file) => file !== undefined);
  listeners.push(screen, recorder, ...files);
  let isClean = false;
  try {
    const ended = await liveRun(context, run, log, wayBack);
    isClean = ended.isClean;
    return ended.exitCode;
  } finally {
    screen.close();
    await Promise.all([recorder, ...files].map((file) => file.close()));
    if (isClean) unmarkUnfinished(stateFolder, plan.runId);
    await pruneRuns(stateFolder).catch(() => undefined); // old logs are no reason to fail a run
  }
}

interface EndedRun {
  readonly exitCode: number;
  /** Nothing of it is left on the engine. */
  readonly isClean: boolean;
}

/** @param wayBack one line that leads a reaper to the engine. */
async function liveRun(context: CliContext, run: RunToConduct, log: EventLog, wayBack: string): Promise<EndedRun> {
  const startedAt = context.clock.elapsed();
  using interruption = watchSignals(context, log.emit);
  const reaper = startReaper(run.plan.runId, wayBack);
  emitStarted(log, run, await run.loaded.changedFiles);
  noteUnmaskable(log, run.plan);
  noteGitProblem(log, run.loaded);
  const sweeping = sweepLeftovers(context, run, log);
  const result = await runPipeline(run.plan, toRunContext(context, run, log, interruption), run);
  await sweeping;
  await removeOldCaches(context, run.plan, log);
  if (result.isClean) reaper.dismiss();
  const exitCode = toExitCode(result, interruption);
  log.emit({
    type: "run.finished",
    state: result.state,
    exitCode,
    afterMs: Math.round(context.clock.elapsed() - startedAt),
    ...(result.cause === undefined ? {} : { cause: result.cause }),
  });
  return { exitCode, isClean: result.isClean };
}

/** Without git a job gets the whole folder, ignored files too, and knows nothing of commits. */
function noteGitProblem(log: EventLog, { gitProblem }: LoadedPipeline): void {
  if (gitProblem === undefined) return;
  log.emit({
    type: "run.note",
    level: "warning",
    text: `git does not work here, so the whole folder is taken: ${gitProblem}`,
  });
}

/** A value that is too short to be hidden shows in logs: better said than silently done. */
function noteUnmaskable(log: EventLog, plan: RunPlan): void {
  const short = plan.jobs.filter(({ plan: job }) => unmaskableSecrets(job.secrets).length > 0);
  if (short.length === 0) return;
  const names = short.map(({ plan: job }) => job.name).join(", ");
  log.emit({
    type: "run.note",
    level: "warning",
    text: `a masked value has fewer than ${MIN_SECRET_LENGTH} characters and is not hidden in logs (jobs: ${names})`,
  });
}

function openScreenFor(context: CliContext, options: RunOptions): ReturnType<typeof openScreen> {
  const { stdout, stderr, config, clock } = context;
  const mode = chooseScreenMode(
    { ...options, json: options.json === "" },
    { env: config.env, stdoutIsTerminal: stdout.isTerminal, stderrIsTerminal: stderr.isTerminal, isCi: config.isCi },
  );
  return openScreen({ mode, stdout, stderr, version: context.version, now: clock.now, every: clock.every });
}

function toRunContext(context: CliContext, run: RunToConduct, log: EventLog, interruption: Interruption): RunContext {
  const { engine, loaded } = run;
  return {
    engine,
    emit: log.emit,
    emitLines: log.emitLines,
    pressure: log.pressure,
    clock: context.clock,
    images: createRunImages({ engine, emit: log.emit, clock: context.clock, signal: interruption.stop }),
    sources: { open: (below) => packWorkTree(loaded.projectFolder, loaded.isRepository, below) },
    caches: openCacheStore(cachesFolder(context.config.stateFolder), loaded.projectFolder),
    locks: openResourceLocks({
      folder: join(context.config.stateFolder, "locks"),
      projectFolder: loaded.projectFolder,
      owner: currentOwner(),
      runId: run.plan.runId,
      clock: context.clock,
    }),
    planAgain: run.planAgain,
    planChildren: run.planChildren,
    artifacts: openArtifactStore(runFolder(context.config.stateFolder, run.plan.runId), loaded.projectFolder),
    copiesArtifacts: run.options.artifactsToSource === true,
    interruption,
  };
}

function emitStarted(log: EventLog, { engine, plan }: RunToConduct, changedFiles: number | undefined): void {
  log.emit({
    type: "run.started",
    file: plan.file,
    dialect: plan.dialect,
    engine: engine.product,
    jobs: toStartedJobs(plan.jobs),
    ...(changedFiles === undefined ? {} : { changedFiles }),
  });
}

/** What dead runs left is removed beside the run; that it cannot be is no reason to fail it. */
async function sweepLeftovers(context: CliContext, { engine, deadRuns }: RunToConduct, log: EventLog): Promise<void> {
  const sweeper = { owner: currentOwner(), now: context.clock.now() };
  const removed = await sweep(engine, sweeper, new AbortController().signal).catch(() => undefined);
  if (removed === undefined) return;
  unmarkDeadRunsHere(context, deadRuns);
  if (removed.containers + removed.networks + removed.volumes === 0) return;
  log.emit({ type: "run.note", level: "note", text: `removed what dead runs left behind: ${formatCounts(removed)}` });
}

/** After a run that may have added to them. */
async function removeOldCaches({ config, clock }: CliContext, plan: RunPlan, log: EventLog): Promise<void> {
  if (!plan.jobs.some((job) => (job.plan.caches ?? []).length > 0)) return;
  const folder = cachesFolder(config.stateFolder);
  const removed = await removeCaches(folder, await findOldCaches(folder, clock.now()));
  if (removed.length === 0) return;
  const bytes = removed.reduce((total, cache) => total + cache.bytes, 0);
  const text = `removed ${plural(removed.length, "old cache")} of this machine, ${formatBytes(bytes)}`;
  log.emit({ type: "run.note", level: "note", text });
}

function toExitCode(result: RunResult, interruption: WatchedInterruption): number {
  const signal = interruption.signal();
  if (signal !== undefined) return exitCodeOfRun(result.decidedBy, signal);
  if (result.state === "blocked") return EXIT.refused;
  if (result.cause?.kind === "internal_error") return EXIT.internal;
  if (result.cause?.kind === "configuration" || result.cause?.kind === "sources_unreadable") return EXIT.invalid;
  return exitCodeOfRun(result.decidedBy);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
