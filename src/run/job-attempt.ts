import type { JobSandbox, RemovedCounts } from "../engines/engine.ts";
import type { JobPlan } from "../model/job-plan.ts";
import { KeptFilesError } from "../model/kept-files-error.ts";
import { OutriggerError } from "../model/outrigger-error.ts";
import type { ScheduledJob } from "../model/run-plan.ts";
import { compileMask, maskText } from "../trace/mask.ts";
import { type CoverageFinder, findCoverage } from "./coverage.ts";
import { graceMs, InterruptedError, stopPatiently } from "./interruption.ts";
import type { JobContext, RunContext } from "./job-context.ts";
import { isTimedOut, type JobEnd, JobStopped } from "./job-end.ts";
import { keepWhatIsLeft } from "./kept/keep-what-is-left.ts";
import { maskedTokens } from "./masked-tokens.ts";
import { prepareJob } from "./prepare-job.ts";
import { runSteps } from "./run-steps.ts";
import { ServiceBook } from "./service-book.ts";
import type { ServiceLife } from "./service-life.ts";
import { EMPTY_SOURCES } from "./value-files.ts";

/** What an attempt gave, and how to clear up after it. */
export interface AttemptResult {
  readonly end: JobEnd;
  /** From the start of the attempt to the start of its first script. */
  readonly waitedMs: number;
  readonly scriptMs: number;
  /** Variables for later jobs. */
  readonly reported: ReadonlyMap<string, string>;
  readonly coveragePercent: number | undefined;
  /** Stops and removes everything; call once, always. Resolves when all of it is gone. */
  readonly close: () => Promise<RemovedCounts>;
}

export interface AttemptedJob extends Pick<ScheduledJob, "plan" | "artifactsFrom" | "storedFrom"> {
  /** Ends the attempt early; the reason is a `JobStopped`. */
  readonly cancel: AbortSignal;
}

const NOTHING_REMOVED: RemovedCounts = { containers: 0, networks: 0, volumes: 0 };

/**
 * One attempt at a job: network, services, sources, readiness, script, `after_script`.
 *
 * Services start in parallel, each as soon as its image is there; the job's container is created and the sources are sent
 * while services get ready; no script line runs before every service is ready, known to have no probe, or given up.
 * Never rejects: whatever happens is an end.
 */
export async function attemptJob(job: AttemptedJob, run: RunContext): Promise<AttemptResult> {
  const { plan } = job;
  const stopper = new AbortController();
  const signal = AbortSignal.any([run.interruption.stop, stopper.signal, job.cancel]);
  const startedAt = run.clock.elapsed();
  const timer = setTimeout(
    () => stopper.abort(new JobStopped({ kind: "timed_out", afterMs: plan.timeoutMs })),
    plan.timeoutMs,
  );
  const attempt = new Attempt(job, run, signal, (reason) => stopper.abort(reason), startedAt);
  const end = await attempt.live().catch((error: unknown) => toEnd(error, signal));
  clearTimeout(timer);
  const { waitedMs, scriptMs, reported, coveragePercent } = attempt;
  return { end, waitedMs, scriptMs, reported, coveragePercent, close: () => attempt.close() };
}

/** Holds what is open while a job lives, so that it can be closed whatever happened. */
class Attempt {
  readonly #plan: JobPlan;
  readonly #artifactsFrom: readonly string[];
  readonly #storedFrom: ReadonlySet<string>;
  readonly #run: RunContext;
  readonly #signal: AbortSignal;
  readonly #stop: (reason: Error) => void;
  readonly #startedAt: number;
  #services: readonly ServiceLife[] = [];
  /** Ends of scripts that nobody waits for while the job lives. */
  readonly #detached: Promise<unknown>[] = [];
  #sandbox: JobSandbox | undefined;
  #isClosing = false;
  #hasBegun = false;
  readonly #coverage: CoverageFinder;
  reported: ReadonlyMap<string, string> = new Map();
  waitedMs = 0;
  scriptMs = 0;

  constructor(
    job: AttemptedJob,
    run: RunContext,
    signal: AbortSignal,
    stop: (reason: Error) => void,
    startedAt: number,
  ) {
    this.#plan = job.plan;
    this.#coverage = findCoverage(job.plan.coverage);
    this.#artifactsFrom = job.artifactsFrom;
    this.#storedFrom = new Set(job.storedFrom?.map((source) => source.job));
    this.#run = run;
    this.#signal = signal;
    this.#stop = stop;
    this.#startedAt = startedAt;
  }

  async live(): Promise<JobEnd> {
    this.#signal.throwIfAborted();
    for (const { image } of [...this.#plan.services, ...this.#plan.steps]) {
      this.#run.images.fetch(image).catch(() => undefined); // each user awaits it again
    }
    this.#sandbox = await this.#run.engine.openJob(this.#plan, this.#signal);
    const mask = compileMask(this.#plan.secrets, maskedTokens(this.#plan, this.#run.emit));
    const context: JobContext = {
      ...this.#run,
      plan: this.#plan,
      ...(this.#plan.workspace.isEmpty === true ? { sources: EMPTY_SOURCES } : {}),
      artifactsFrom: this.#artifactsFrom,
      storedFrom: this.#storedFrom,
      sandbox: this.#sandbox,
      mask,
      hide: (text) => maskText(mask, text),
      coverage: this.#coverage,
      services: new ServiceBook(),
      signal: this.#signal,
      stop: this.#stop,
      isClosing: () => this.#isClosing,
    };
    const onError = (error: unknown): void => this.#stop(toStop(error));
    const preparation = prepareJob(context, onError);
    this.#services = preparation.services;
    const running = runSteps(this.#plan, {
      gates: preparation,
      context,
      onFirst: () => {
        this.#hasBegun = true;
        this.waitedMs = Math.round(this.#run.clock.elapsed() - this.#startedAt);
      },
      onScript: (scriptMs) => {
        this.scriptMs += scriptMs;
      },
      onDetached: (ending) => {
        this.#detached.push(ending.catch(() => undefined));
      },
      onError,
    });
    // Nothing may go on behind the caller's back, also after a part has failed.
    const parts = [...preparation.containers.values(), preparation.stepsMayRun, preparation.servicesUsable];
    const [steps, ...prepared] = await Promise.allSettled([running, ...parts]);
    const failed = [steps, ...prepared].find((result) => result.status === "rejected");
    if (failed !== undefined) {
      await this.#keepOfTimedOut(context);
      throw failed.reason;
    }
    if (steps.status === "rejected") throw steps.reason;
    this.reported = await keepWhatIsLeft(context, steps.value.kind === "script" && steps.value.exitCode === 0);
    return steps.value;
  }

  /** A job that ran out of time leaves what a failed one leaves. What goes wrong with that changes nothing any more. */
  async #keepOfTimedOut(context: JobContext): Promise<void> {
    if (!isTimedOut(this.#signal) || !this.#hasBegun) return;
    const inTime = { ...context, signal: this.#run.interruption.stop };
    await keepWhatIsLeft(inTime, false).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      const text = `not everything the job left could be kept: ${why}`;
      context.emit({ type: "run.note", level: "warning", job: this.#plan.name, text });
    });
  }

  get coveragePercent(): number | undefined {
    return this.#coverage.percent();
  }

  async close(): Promise<RemovedCounts> {
    this.#isClosing = true;
    const sandbox = this.#sandbox;
    if (sandbox === undefined) return NOTHING_REMOVED;
    const removed = await stopPatiently(this.#run.interruption, (grace) =>
      sandbox.close(Math.min(grace, graceMs(this.#run.interruption))),
    );
    await Promise.all([...this.#services.map((service) => service.settled), ...this.#detached]);
    return removed;
  }
}

function toStop(error: unknown): Error {
  if (error instanceof JobStopped || error instanceof InterruptedError) return error;
  return new JobStopped(error instanceof OutriggerError ? { kind: "error", error } : { kind: "bug", error });
}

/** The first reason counts: what fails because the job was stopped already says nothing new. */
function toEnd(error: unknown, signal: AbortSignal): JobEnd {
  const reason: unknown = signal.aborted ? signal.reason : error;
  if (reason instanceof JobStopped) return reason.end;
  if (reason instanceof InterruptedError) return { kind: "interrupted", signal: reason.signal };
  if (reason instanceof KeptFilesError) return { kind: "files_failed", error: reason };
  if (reason instanceof OutriggerError) return { kind: "error", error: reason };
  return { kind: "bug", error: reason };
}
