import type { RemovedCounts } from "../engines/engine.ts";
import type { JobPlan } from "../model/job-plan.ts";
import type { Cause, JobState, RunState } from "../model/outcome.ts";
import { OutriggerError } from "../model/outrigger-error.ts";
import type { RunPlan, ScheduledJob } from "../model/run-plan.ts";
import { ChildPipelines } from "./child-pipelines.ts";
import { ClearUp } from "./clear-up.ts";
import { attemptJob } from "./job-attempt.ts";
import type { RunContext } from "./job-context.ts";
import { type JobEnd, JobStopped } from "./job-end.ts";
import { judge, shouldRetry, type Verdict } from "./judge.ts";
import { planLateChildren } from "./plan-late-children.ts";
import { ReportedVariables } from "./reported-variables.ts";
import { ResourceGroups } from "./resource-groups.ts";
import { RunVerdict } from "./run-verdict.ts";
import { findReady, hasFailed, type JobStanding } from "./schedule.ts";
import { toStartedJobs } from "./started-jobs.ts";
import { tellJobEnd } from "./tell-job-end.ts";

/** What a run came to. The first failure in time decides its state, cause and exit code. */
export interface RunResult {
  readonly state: RunState;
  /** State of the job that decided; undefined when all passed. */
  readonly decidedBy: JobState | undefined;
  readonly cause: Cause | undefined;
  readonly removed: RemovedCounts;
  /** False: something could not be removed, and somebody else has to. */
  readonly isClean: boolean;
}

export interface RunPipelineOptions {
  /** At least 1. */
  readonly maxParallelJobs: number;
}

/**
 * Runs the jobs of a plan, each as soon as what it waits for has ended, and clears up behind all of them.
 *
 * Emits everything between `run.started` and `run.finished`, both left to the caller. Never rejects for anything that
 * happens in a job.
 */
export async function runPipeline(plan: RunPlan, context: RunContext, options: RunPipelineOptions): Promise<RunResult> {
  const run = new PipelineRun(plan, context, options.maxParallelJobs);
  return run.toEnd();
}

class PipelineRun {
  #plan: RunPlan;
  readonly #context: RunContext;
  readonly #maxParallelJobs: number;
  readonly #waiting: Set<string>;
  readonly #pipelines: ChildPipelines;
  readonly #standings = new Map<string, JobStanding>();
  readonly #reported: ReportedVariables;
  readonly #running = new Set<Promise<void>>();
  /** Jobs that wait for a time or for another run; they take no place of a running job. */
  readonly #aside = new Set<Promise<void>>();
  readonly #delayed = new Set<string>();
  readonly #groups: ResourceGroups;
  readonly #cancel = new AbortController();
  readonly #clearUp = new ClearUp();
  readonly #verdict = new RunVerdict();

  constructor(plan: RunPlan, context: RunContext, maxParallelJobs: number) {
    this.#plan = plan;
    this.#context = context;
    this.#maxParallelJobs = Math.max(1, maxParallelJobs);
    this.#pipelines = new ChildPipelines(plan);
    this.#groups = new ResourceGroups(context);
    this.#reported = new ReportedVariables(context);
    this.#waiting = new Set(plan.jobs.map((job) => job.plan.name));
  }

  async toEnd(): Promise<RunResult> {
    this.#fetchImages(this.#plan.jobs);
    for (;;) {
      const progressed = this.#startReady();
      if (this.#running.size + this.#aside.size > 0) await Promise.race([...this.#running, ...this.#aside]);
      else if (!progressed) break;
    }
    await this.#clearUp.end();
    await Promise.all([this.#context.artifacts.close(), this.#groups.close()]);
    const { emit, interruption } = this.#context;
    const { state, cause, note } = this.#verdict.decide(interruption.stop.aborted);
    if (note !== undefined) emit({ type: "run.note", level: "note", text: note });
    const { removed, problems } = this.#clearUp;
    emit({ type: "run.cleaned", ...removed, problems });
    return { state, decidedBy: this.#verdict.decidedBy, cause, removed, isClean: problems.length === 0 };
  }

  /** All pulls begin at second 0, however late a job starts. */
  #fetchImages(jobs: readonly ScheduledJob[]): void {
    for (const job of jobs) {
      if (job.when === "manual" || job.when === "never" || job.awaitsReports === true) continue;
      for (const { image } of [...job.plan.services, ...job.plan.steps])
        void this.#context.images.fetch(image).catch(() => undefined);
    }
  }

  /** @returns whether anything changed. */
  #startReady(): boolean {
    let changed = this.#endBridges();
    for (const { job, decision } of findReady(this.#plan, this.#waiting, this.#standings, this.#pipelines.opened)) {
      if (decision.kind === "end") {
        if (decision.blockedBy !== undefined) this.#verdict.addBlocking(decision.blockedBy);
        this.#leaveOut(job, decision.state, decision.why);
        changed = true;
      } else if (this.#keepDelay(job)) {
        changed = true;
      } else if (!this.#groups.has(job)) {
        changed = this.#acquireGroup(job) || changed;
      } else if (job.child !== undefined) {
        this.#openBridge(job);
        changed = true;
      } else if (this.#running.size < this.#maxParallelJobs) {
        this.#start(job);
        changed = true;
      }
    }
    return changed;
  }

  /** A delay begins when the job could start, and ends early with the run. @returns whether it has begun. */
  #keepDelay(job: ScheduledJob): boolean {
    const { plan, startInMs } = job;
    if (startInMs === undefined || this.#delayed.has(plan.name)) return false;
    this.#delayed.add(plan.name);
    const text = `starts in ${Math.ceil(startInMs / 1000)} s`;
    this.#context.emit({ type: "run.note", level: "note", text, job: plan.name });
    // Interrupted: the job ends with the run.
    this.#waitAside(
      job,
      this.#context.clock.sleep(startInMs, this.#stopSignal()).catch(() => undefined),
    );
    return true;
  }

  #leaveOut(job: ScheduledJob, state: "skipped" | "manual", why: string): void {
    this.#waiting.delete(job.plan.name);
    const isBlocking = state === "manual" && job.plan.allowFailure === false;
    this.#standings.set(job.plan.name, { state, allowed: false, isBlocking });
    const cause = { kind: state, text: why, certain: true };
    tellJobEnd(this.#context.emit, job.plan.name, { state, exitCode: null, allowed: false, cause });
  }

  /** It needs no place among the jobs that may run at a time. */
  #openBridge(job: ScheduledJob): void {
    this.#waiting.delete(job.plan.name);
    this.#context.emit({ type: "job.started", job: job.plan.name, attempt: 1 });
    if (job.child?.late === undefined) this.#open(job);
    else this.#openLate(job, job.child.waits);
  }

  #open(job: ScheduledJob): void {
    const verdict = this.#pipelines.open(job);
    if (verdict !== undefined) this.#endBridge(job, verdict);
  }

  /** Its jobs are planned of what earlier jobs left, and join those of this run. */
  #openLate(job: ScheduledJob, waits: boolean): void {
    const taken = new Set(this.#plan.jobs.map(({ plan }) => plan.id));
    const opening: Promise<void> = this.#reported
      .handedTo(job)
      .then((reported) => planLateChildren(job, reported, taken, this.#context))
      .then((jobs) => {
        this.#plan = { ...this.#plan, jobs: [...this.#plan.jobs, ...jobs] };
        this.#pipelines.add(jobs);
        for (const { plan } of jobs) this.#waiting.add(plan.name);
        this.#fetchImages(jobs);
        this.#context.emit({ type: "run.extended", parent: job.plan.name, jobs: toStartedJobs(jobs) });
        // A problem that was found before was that of files that were not there.
        this.#open({ ...job, child: { waits } });
      })
      .catch((error: unknown) => this.#failBridge(job, error))
      .finally(() => this.#aside.delete(opening));
    this.#aside.add(opening);
  }

  #failBridge(job: ScheduledJob, error: unknown): void {
    this.#endBridge(job, judge(job.plan, toFilesFailure(error)));
  }

  #endBridges(): boolean {
    const ended = this.#pipelines.takeEnded(this.#standings);
    for (const { job, verdict } of ended) this.#endBridge(job, verdict);
    return ended.length > 0;
  }

  #endBridge(job: ScheduledJob, verdict: Verdict): void {
    // Others of its group are looked at when it is free.
    const releasing: Promise<void> = this.#groups.release(job).finally(() => this.#aside.delete(releasing));
    this.#aside.add(releasing);
    tellJobEnd(this.#context.emit, job.plan.name, verdict);
    this.#settle(job, verdict);
  }

  #start(job: ScheduledJob): void {
    this.#waiting.delete(job.plan.name);
    const running: Promise<void> = this.#runJob(job)
      .then(() => this.#groups.release(job))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Another run may have the group; who waits for that takes no place of a running job. @returns whether it began. */
  #acquireGroup(job: ScheduledJob): boolean {
    if (this.#groups.isBusy(job)) return false;
    this.#waitAside(job, this.#groups.acquire(job, this.#stopSignal()));
    return true;
  }

  /** The job is looked at once more afterwards. */
  #waitAside({ plan }: ScheduledJob, waited: Promise<void>): void {
    this.#waiting.delete(plan.name);
    const waiting: Promise<void> = waited.finally(() => {
      this.#waiting.add(plan.name);
      this.#aside.delete(waiting);
    });
    this.#aside.add(waiting);
  }

  #stopSignal(): AbortSignal {
    return AbortSignal.any([this.#context.interruption.stop, this.#cancel.signal]);
  }

  async #runJob(job: ScheduledJob): Promise<void> {
    const planned = await this.#reported.planOf(job).catch((error: unknown) => toFilesFailure(error));
    if ("kind" in planned) {
      const verdict = judge(job.plan, planned);
      this.#context.emit({ type: "job.started", job: job.plan.name, attempt: 1 });
      tellJobEnd(this.#context.emit, job.plan.name, verdict);
      this.#settle(job, verdict);
      return;
    }
    const verdict = await this.#tryJob(job, planned);
    this.#settle(job, verdict);
  }

  /** Until it passes, or may not be tried again. */
  async #tryJob(job: ScheduledJob, planned: JobPlan): Promise<Verdict> {
    for (let attempt = 1; ; attempt++) {
      // Names of containers stay unique while those of the attempt before go away.
      const plan = attempt === 1 ? planned : { ...planned, id: `${planned.id}-try${attempt}` };
      this.#context.emit({ type: "job.started", job: plan.name, attempt });
      const result = await attemptJob({ ...job, plan, cancel: this.#cancel.signal }, this.#context);
      const verdict = judge(plan, result.end);
      const willRetry = !this.#isStopping() && shouldRetry(plan, verdict, attempt);
      tellJobEnd(this.#context.emit, plan.name, verdict, { ...result, attempt, willRetry });
      this.#reported.add(plan.name, result.reported);
      this.#clearUp.add(plan.name, result.close);
      if (!willRetry) return verdict;
    }
  }

  #isStopping(): boolean {
    return this.#context.interruption.stop.aborted || this.#cancel.signal.aborted;
  }

  #settle(job: ScheduledJob, verdict: Verdict): void {
    const standing: JobStanding = { state: verdict.state, allowed: verdict.allowed, isBlocking: false };
    this.#standings.set(job.plan.name, standing);
    if (!hasFailed(standing)) return;
    const failure = { state: verdict.state, cause: verdict.cause };
    if (this.#pipelines.takesFailure(job, failure)) return;
    this.#verdict.addFailure(failure);
    if (this.#plan.cancelOnFailure === true && !this.#isStopping()) this.#cancelRest(job.plan.name);
  }

  /** `workflow:auto_cancel:on_job_failure: all`. @source GY-187 */
  #cancelRest(failed: string): void {
    const end = { kind: "canceled", because: failed } as const;
    this.#cancel.abort(new JobStopped(end));
    for (const job of this.#plan.jobs) {
      if (!this.#waiting.delete(job.plan.name)) continue;
      const verdict = judge(job.plan, end);
      this.#standings.set(job.plan.name, { state: verdict.state, allowed: false, isBlocking: false });
      tellJobEnd(this.#context.emit, job.plan.name, verdict);
    }
  }
}

/** Files that cannot be had, or of which no plan can be made, are the job's failure; anything else is ours. */
function toFilesFailure(error: unknown): Extract<JobEnd, { kind: "files_failed" }> {
  if (error instanceof OutriggerError) return { kind: "files_failed", error };
  throw error;
}
