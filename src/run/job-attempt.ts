import type { JobSandbox, RemovedCounts, StepContainer } from "../engines/engine.ts";
import type { JobPlan, StepPlan } from "../model/job-plan.ts";
import { OutriggerError } from "../model/outrigger-error.ts";
import { compileMask } from "../trace/mask.ts";
import { checkHostNames } from "./check-host-names.ts";
import { graceMs, InterruptedError, stopPatiently } from "./interruption.ts";
import type { JobContext, RunContext } from "./job-context.ts";
import { type JobEnd, JobStopped } from "./job-end.ts";
import { runAfterScript, runMainScript } from "./run-step.ts";
import { type ServiceLife, startServiceLife } from "./service-life.ts";

/** What an attempt gave, and how to clear up after it. */
export interface AttemptResult {
  readonly end: JobEnd;
  /** From the start of the attempt to the start of its first script. */
  readonly waitedMs: number;
  readonly scriptMs: number;
  /** Stops and removes everything; call once, always. Resolves when all of it is gone. */
  readonly close: () => Promise<RemovedCounts>;
}

const NOTHING_REMOVED: RemovedCounts = { containers: 0, networks: 0, volumes: 0 };

/**
 * One attempt at a job: network, services, sources, readiness, script, `after_script`.
 *
 * Services start in parallel, each as soon as its image is there; the job's container is created and the sources are sent
 * while services get ready; no script line runs before every service is ready, known to have no probe, or given up.
 * Never rejects: whatever happens is an end.
 */
export async function attemptJob(plan: JobPlan, run: RunContext): Promise<AttemptResult> {
  const stopper = new AbortController();
  const signal = AbortSignal.any([run.interruption.stop, stopper.signal]);
  const startedAt = run.clock.elapsed();
  const timer = setTimeout(
    () => stopper.abort(new JobStopped({ kind: "timed_out", afterMs: plan.timeoutMs })),
    plan.timeoutMs,
  );
  const attempt = new Attempt(plan, run, signal, (reason) => stopper.abort(reason), startedAt);
  const end = await attempt.live().catch((error: unknown) => toEnd(error, signal));
  clearTimeout(timer);
  return { end, waitedMs: attempt.waitedMs, scriptMs: attempt.scriptMs, close: () => attempt.close() };
}

/** Holds what is open while a job lives, so that it can be closed whatever happened. */
class Attempt {
  readonly #plan: JobPlan;
  readonly #run: RunContext;
  readonly #signal: AbortSignal;
  readonly #stop: (reason: Error) => void;
  readonly #startedAt: number;
  readonly #services: ServiceLife[] = [];
  #sandbox: JobSandbox | undefined;
  #isClosing = false;
  waitedMs = 0;
  scriptMs = 0;

  constructor(plan: JobPlan, run: RunContext, signal: AbortSignal, stop: (reason: Error) => void, startedAt: number) {
    this.#plan = plan;
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
    const context: JobContext = {
      ...this.#run,
      plan: this.#plan,
      sandbox: this.#sandbox,
      mask: compileMask(this.#plan.secrets),
      signal: this.#signal,
      stop: this.#stop,
      isClosing: () => this.#isClosing,
    };
    const containers = await this.#prepare(context);
    await checkHostNames(context, new Set(this.#services.filter((life) => life.isAlive()).map((life) => life.plan.id)));
    this.waitedMs = Math.round(this.#run.clock.elapsed() - this.#startedAt);
    this.#signal.throwIfAborted();
    return this.#runSteps(context, containers);
  }

  /** Everything before the first script line. A failure of one part stops the others. */
  async #prepare(context: JobContext): Promise<ReadonlyMap<string, StepContainer>> {
    const opening = this.#openSteps(context);
    const { sourcesBeforeServices } = this.#plan.workspace;
    const sendSources = async (): Promise<void> => {
      await opening;
      await context.sandbox.putSources(context.sources, context.signal);
    };
    const parts = sourcesBeforeServices
      ? [
          opening,
          sendSources()
            .then(() => this.#startServices(context))
            .then((services) => this.#waitForAll(services)),
        ]
      : [
          opening,
          this.#startServices(context).then((services) =>
            Promise.all([sendSources().then(() => this.#warmUp(opening)), this.#waitForAll(services)]),
          ),
        ];
    await allOrStop(parts, (error) => this.#stop(toStop(error)));
    return opening;
  }

  /** While services get ready, the shell of the first step is started: only its script has to wait. */
  async #warmUp(opening: Promise<ReadonlyMap<string, StepContainer>>): Promise<void> {
    const [first] = this.#plan.steps;
    if (first === undefined || this.#plan.services.length === 0) return;
    await (await opening).get(first.id)?.warmUp();
  }

  async #openSteps(context: JobContext): Promise<ReadonlyMap<string, StepContainer>> {
    const opened = await Promise.all(
      this.#plan.steps.map(async (step) => {
        await context.images.fetch(step.image);
        return [step.id, await context.sandbox.openStep(step, context.signal)] as const;
      }),
    );
    return new Map(opened);
  }

  async #startServices(context: JobContext): Promise<readonly ServiceLife[]> {
    await Promise.all(
      this.#plan.services.map(async (service) => {
        this.#services.push(await startServiceLife(service, context));
      }),
    );
    return this.#services;
  }

  async #waitForAll(services: readonly ServiceLife[]): Promise<void> {
    await Promise.all(services.map((service) => service.waitUntilUsable()));
  }

  /** Each step as soon as those it depends on have ended; the first failure decides the job (others are skipped). */
  async #runSteps(context: JobContext, containers: ReadonlyMap<string, StepContainer>): Promise<JobEnd> {
    const ends = new Map<string, Promise<JobEnd | undefined>>();
    let failure: JobEnd | undefined;
    const detached: Promise<unknown>[] = [];
    const runOne = async (step: StepPlan): Promise<JobEnd | undefined> => {
      await Promise.all(step.dependsOn.flatMap((id) => ends.get(id) ?? []));
      const container = containers.get(step.id);
      const isWanted = step.when === "always" || (step.when === "on_failure") === (failure !== undefined);
      if (container === undefined || !isWanted) return undefined;
      const running = this.#runStep(step, container, context);
      if (step.detach) {
        detached.push(running.catch(() => undefined));
        return undefined;
      }
      const end = await running;
      if (end.kind === "script" && end.exitCode !== 0 && !step.ignoreFailure) failure ??= end;
      return end;
    };
    for (const step of this.#plan.steps) ends.set(step.id, runOne(step));
    await allOrStop([...ends.values()], (error) => this.#stop(toStop(error)));
    return (
      failure ?? { kind: "script", exitCode: 0, oomKilled: false, step: this.#plan.steps.at(-1)?.id ?? "", logTail: [] }
    );
  }

  async #runStep(step: StepPlan, container: StepContainer, context: JobContext): Promise<JobEnd> {
    const { end, scriptMs, logTail } = await runMainScript(step, container, context);
    this.scriptMs += scriptMs;
    if (end.exitCode === undefined) throw new Error(end.error ?? "the step ended and nobody knows how");
    await runAfterScript(step, container, context, end.exitCode === 0 ? "success" : "failed");
    return { kind: "script", exitCode: end.exitCode, oomKilled: end.oomKilled, step: step.id, logTail };
  }

  async close(): Promise<RemovedCounts> {
    this.#isClosing = true;
    const sandbox = this.#sandbox;
    if (sandbox === undefined) return NOTHING_REMOVED;
    const removed = await stopPatiently(this.#run.interruption, (grace) =>
      sandbox.close(Math.min(grace, graceMs(this.#run.interruption))),
    );
    await Promise.all(this.#services.map((service) => service.settled));
    return removed;
  }
}

/** Waits for all parts to end, also after one failed: nothing may go on behind the caller's back. */
async function allOrStop(parts: readonly Promise<unknown>[], onFailure: (error: unknown) => void): Promise<void> {
  const results = await Promise.allSettled(
    parts.map((part) =>
      part.catch((error: unknown) => {
        onFailure(error);
        throw error;
      }),
    ),
  );
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
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
  if (reason instanceof OutriggerError) return { kind: "error", error: reason };
  return { kind: "bug", error: reason };
}
