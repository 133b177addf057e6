import type { Engine, RemovedCounts } from "../engines/engine.ts";
import { createEventLog, type EventLog, type EventListener } from "../events/event-log.ts";
import type { RunPlan } from "../model/run-plan.ts";
import type { RunContext } from "../run/job-context.ts";
import { createRunImages } from "../run/images.ts";
import { type Interruption, InterruptedError } from "../run/interruption.ts";
import { type RunResult, runPipeline } from "../run/run-pipeline.ts";
import { sweep } from "../run/sweep.ts";
import { currentOwner } from "../system/owner.ts";
import { openRunRecorder } from "../system/run-recorder.ts";
import { pruneRuns } from "../system/run-store.ts";
import { listenForSignals } from "../system/signals.ts";
import { packWorkTree } from "../system/work-tree.ts";
import type { CliContext } from "./cli-context.ts";
import type { RunOptions } from "./commands/run.ts";
import { formatCounts } from "./counts.ts";
import { EXIT, exitCodeOfRun } from "./exit-codes.ts";
import type { LoadedPipeline } from "./load-pipeline.ts";
import { openEventFile } from "./event-file.ts";
import { openScreen } from "./screen/terminal.ts";
import { chooseScreenMode } from "./screen/screen-mode.ts";

export interface RunToConduct {
  readonly engine: Engine;
  readonly plan: RunPlan;
  readonly loaded: LoadedPipeline;
  readonly options: RunOptions;
  readonly maxParallelJobs: number;
}

/** Runs a plan with everything around it: screen, records, signals, leftovers of dead runs. @returns the exit code. */
export async function conductRun(context: CliContext, run: RunToConduct): Promise<number> {
  const { plan, options } = run;
  const startedAt = context.clock.elapsed();
  const listeners: EventListener[] = [];
  const log = createEventLog({ runId: plan.runId, now: context.clock.now, listeners });
  const screen = openScreenFor(context, options);
  const recorder = await openRunRecorder({
    stateFolder: context.config.stateFolder,
    runId: plan.runId,
    onProblem: (error) => log.emit({ type: "run.note", level: "warning", text: `logs are not kept: ${messageOf(error)}` }),
  });
  const eventFile = await openEventFile(context, options.json);
  listeners.push((event) => screen.onEvent(event), recorder.listener, ...(eventFile === undefined ? [] : [eventFile.listener]));
  using interruption = watchSignals(context);
  emitStarted(log, run, await run.engine.describe(new AbortController().signal));
  const sweeping = sweepLeftovers(run.engine, log);
  const result = await runPipeline(plan, toRunContext(context, run, log, interruption), run);
  await sweeping;
  const exitCode = toExitCode(result, interruption);
  log.emit({
    type: "run.finished",
    state: result.state,
    exitCode,
    afterMs: Math.round(context.clock.elapsed() - startedAt),
    ...(result.cause === undefined ? {} : { cause: result.cause }),
  });
  screen.close();
  await Promise.all([recorder.close(), eventFile?.close()]);
  await pruneRuns(context.config.stateFolder).catch(() => undefined); // old logs are no reason to fail a run
  return exitCode;
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
    pressure: log.pressure,
    clock: context.clock,
    images: createRunImages({ engine, emit: log.emit, clock: context.clock, signal: interruption.stop }),
    sources: { open: () => packWorkTree(loaded.projectFolder, loaded.isRepository) },
    interruption,
  };
}

function emitStarted(log: EventLog, { plan, loaded }: RunToConduct, about: { readonly product: string }): void {
  const { changedFiles } = loaded.facts;
  log.emit({
    type: "run.started",
    file: plan.file,
    dialect: plan.dialect,
    engine: about.product,
    jobs: plan.jobs.map(({ plan: job }) => ({
      name: job.name,
      ...(job.stage === undefined ? {} : { stage: job.stage }),
      image: job.steps[0]?.image.ref.text ?? "",
      services: job.services.map((service) => ({ id: service.id, image: service.image.ref.text })),
      showServiceLogs: job.showServiceLogs,
    })),
    ...(changedFiles === undefined ? {} : { changedFiles }),
  });
}

/** What dead runs left is removed beside the run; that it cannot be is no reason to fail it. */
async function sweepLeftovers(engine: Engine, log: EventLog): Promise<void> {
  const nothing: RemovedCounts = { containers: 0, networks: 0, volumes: 0 };
  const removed = await sweep(engine, currentOwner(), new AbortController().signal).catch(() => nothing);
  if (removed.containers + removed.networks + removed.volumes === 0) return;
  log.emit({ type: "run.note", level: "note", text: `removed what dead runs left behind: ${formatCounts(removed)}` });
}

interface WatchedInterruption extends Interruption, Disposable {
  readonly signal: () => NodeJS.Signals | undefined;
}

/** Once: stop nicely. Twice: kill. Three times: give up, and say what may be left. */
function watchSignals(context: CliContext): WatchedInterruption {
  const [stop, kill] = [new AbortController(), new AbortController()];
  let first: NodeJS.Signals | undefined;
  const listening = listenForSignals((signal) => {
    if (first === undefined) {
      first = signal;
      context.stderr.write("\nstopping: services get 10 s to end; again kills them at once\n");
      stop.abort(new InterruptedError(signal));
    } else if (!kill.signal.aborted) {
      context.stderr.write("\nkilling what still runs\n");
      kill.abort(new InterruptedError(signal));
    } else {
      context.stderr.write("\ngiving up: containers, networks and volumes may be left; outrigger gc removes them\n");
      context.exit(exitCodeOfRun(undefined, first));
    }
  });
  return {
    stop: stop.signal,
    kill: kill.signal,
    signal: () => first,
    [Symbol.dispose]: () => listening[Symbol.dispose](),
  };
}

function toExitCode(result: RunResult, interruption: WatchedInterruption): number {
  const signal = interruption.signal();
  if (signal !== undefined) return exitCodeOfRun(result.decidedBy, signal);
  if (result.cause?.kind === "internal_error") return EXIT.internal;
  if (result.cause?.kind === "configuration") return EXIT.invalid;
  return exitCodeOfRun(result.decidedBy);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
