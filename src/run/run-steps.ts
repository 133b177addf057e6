import type { StepContainer } from "../engines/engine.ts";
import type { JobPlan, StepPlan } from "../model/job-plan.ts";
import { titleOf, withPlace } from "./at-its-place.ts";
import type { JobContext } from "./job-context.ts";
import { type JobEnd, timeOver } from "./job-end.ts";
import { runAfterScript, runMainScripts, type StepResult } from "./run-step.ts";

type ScriptEnd = Extract<JobEnd, { readonly kind: "script" }>;

/** What steps wait for beside each other. Each promise may be left alone: its failure is told elsewhere, too. */
export interface StepGates {
  /** By the steps' ids. */
  readonly containers: ReadonlyMap<string, Promise<StepContainer>>;
  /** Resolves when the sources are in the workspace, and nobody touches the containers any more. */
  readonly stepsMayRun: Promise<void>;
  /** Resolves when every service is ready, has nothing to probe, or was given up. */
  readonly servicesUsable: Promise<void>;
  /** Resolves when the end of every service that runs no more was told. */
  hearOfEnds(): Promise<void>;
}

export interface StepsOptions {
  readonly gates: StepGates;
  readonly context: JobContext;
  /** Called before the first script starts. */
  readonly onFirst: () => void;
  /** Called with what a script took. */
  readonly onScript: (scriptMs: number) => void;
  /** Takes a script that goes on while others run; it may reject when the job is stopped. */
  readonly onDetached: (ending: Promise<unknown>) => void;
  /** Called at the first failure that is ours or the engine's; the steps that run are stopped by it. */
  readonly onError: (error: unknown) => void;
}

/**
 * Runs the steps of a job, each as soon as those it depends on have ended. The first failure decides: steps that need
 * success are skipped from then on, steps for failures run. A detached step is started and not waited for (DR-233).
 */
export async function runSteps(plan: JobPlan, options: StepsOptions): Promise<JobEnd> {
  return await new StepRunner(plan, options).run();
}

class StepRunner {
  readonly #plan: JobPlan;
  readonly #options: StepsOptions;
  readonly #ends = new Map<string, Promise<void>>();
  #failure: ScriptEnd | undefined;
  #skipsRest = false;
  #hasBegun = false;

  constructor(plan: JobPlan, options: StepsOptions) {
    this.#plan = plan;
    this.#options = options;
  }

  async run(): Promise<JobEnd> {
    for (const step of this.#plan.steps) this.#ends.set(step.id, this.#runInTurn(step));
    // All of them, also after one failed: nothing may go on behind the caller's back.
    const results = await Promise.allSettled(this.#ends.values());
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    const step = this.#plan.steps.at(-1)?.id ?? "";
    return this.#failure ?? { kind: "script", exitCode: 0, oomKilled: false, step, logTail: [] };
  }

  async #runInTurn(step: StepPlan): Promise<void> {
    const { gates, onDetached, onError } = this.#options;
    try {
      // The ends of later steps are on the list by then: a step may wait for any other, in no circle (DR-67).
      await Promise.resolve();
      await Promise.all(step.dependsOn.flatMap((id) => this.#ends.get(id) ?? []));
      await gates.stepsMayRun;
      if (step.needsServices) await gates.servicesUsable;
      const container = await gates.containers.get(step.id);
      if (container === undefined || !this.#isWanted(step)) return;
      // What is not waited for should at least be there when the next step begins.
      if (step.detach) await container.warmUp();
      const running = this.#runScripts(step, container);
      if (step.detach) onDetached(running);
      else this.#judge(step, await running);
    } catch (error) {
      const placed = withPlace(titleOf(this.#plan, step), step, error);
      onError(placed);
      throw placed;
    }
  }

  #isWanted(step: StepPlan): boolean {
    if (this.#skipsRest) return false;
    return step.when === "always" || (step.when === "on_failure") === (this.#failure !== undefined);
  }

  #judge(step: StepPlan, end: ScriptEnd): void {
    if (end.exitCode === 0) return;
    if (end.exitCode === this.#plan.skipRestExitCode) {
      this.#skipsRest = true;
      const text = `step ${step.name} ended with ${end.exitCode}: the steps that have not begun are skipped`;
      this.#options.context.emit({ type: "run.note", level: "note", job: this.#plan.name, text });
    } else if (!step.ignoreFailure) {
      this.#failure ??= end;
    }
  }

  async #runScripts(step: StepPlan, container: StepContainer): Promise<ScriptEnd> {
    const { context, gates, onFirst } = this.#options;
    if (!this.#hasBegun) onFirst();
    this.#hasBegun = true;
    const { end, logTail } = await this.#runMain(step, container);
    // A service that was gone by now counts, however late its log is.
    await gates.hearOfEnds();
    context.signal.throwIfAborted();
    const services = context.services.standings(context.clock.elapsed());
    if (end.exitCode === undefined) throw new Error(end.error ?? "the step ended and nobody knows how");
    const status = end.exitCode === 0 ? "success" : "failed";
    const after = await runAfterScript(step, container, context, { status, stop: context.signal });
    return {
      kind: "script",
      exitCode: end.exitCode || after,
      oomKilled: end.oomKilled,
      step: step.id,
      logTail,
      services,
    };
  }

  /** A script that ran out of time has its `after_script` all the same (GY-129); one that a person stopped has not. */
  async #runMain(step: StepPlan, container: StepContainer): Promise<StepResult> {
    const { context, onScript } = this.#options;
    try {
      return await runMainScripts(step, container, context, onScript);
    } catch (error) {
      const stop = context.interruption.stop;
      const over = timeOver(context.signal);
      // The job's own limit leaves no word for it in GitLab, where nothing runs any more then (GS-851, GS-852).
      const status = over?.limit === undefined ? "failed" : "timedout";
      if (over !== undefined) await runAfterScript(step, container, context, { status, stop });
      throw error;
    }
  }
}
