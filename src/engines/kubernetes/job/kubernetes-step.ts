import type { StepPlan } from "../../../model/job-plan.ts";
import { EngineFailureError } from "../../../model/outrigger-error.ts";
import { quoteForShell } from "../../../text/shell-words.ts";
import { abortable } from "../../abortable.ts";
import type { ContainerEnd, OutputSink, StepContainer } from "../../engine.ts";
import type { StepPlacement } from "../pod-layout.ts";

/** What a step needs of the job it stands in. */
export interface StepSurroundings {
  /** Resolves when scripts can run in it. */
  readonly ready: (signal: AbortSignal) => Promise<void>;
  readonly runScript: (placement: StepPlacement, script: string, output: OutputSink) => ScriptRun;
  readonly runImage: (placement: StepPlacement, output: OutputSink) => ScriptRun;
}

/** Something that a step runs. */
export interface ScriptRun {
  readonly end: Promise<ContainerEnd>;
  /** TERM, at most `graceMs`, KILL. Resolves when it has ended. */
  stop(graceMs: number): Promise<void>;
}

/** A step in its container of the pod, which it may share with steps that run at other times. */
export class KubernetesStep implements StepContainer {
  readonly id: string;
  readonly containerName: string;
  readonly #placement: StepPlacement;
  readonly #surroundings: StepSurroundings;
  #run: ScriptRun | undefined;
  #wasStarted = false;

  constructor(podName: string, placement: StepPlacement, surroundings: StepSurroundings) {
    this.id = placement.plan.id;
    this.containerName = `${podName}/${placement.container}`;
    this.#placement = placement;
    this.#surroundings = surroundings;
  }

  /** Its container runs with the pod; only the image's own program is started in its turn. */
  async warmUp(): Promise<void> {
    if (this.#placement.start === "agent") await this.#surroundings.ready(new AbortController().signal);
  }

  async run(script: string | undefined, output: OutputSink, signal: AbortSignal): Promise<ContainerEnd> {
    signal.throwIfAborted();
    await this.#surroundings.ready(signal);
    const sink: OutputSink = (fd, chunk) => (signal.aborted ? undefined : output(fd, chunk));
    this.#run = this.#start(script, sink);
    return await abortable(this.#run.end, signal);
  }

  async stop(graceMs: number): Promise<void> {
    await this.#run?.stop(graceMs);
  }

  #start(script: string | undefined, sink: OutputSink): ScriptRun {
    const { plan, start } = this.#placement;
    if (start === "agent") {
      return this.#surroundings.runScript(this.#placement, prelude(plan) + (script ?? ""), sink);
    }
    if (this.#wasStarted) {
      throw new EngineFailureError(
        "step_not_repeatable",
        `the program of image "${plan.image.ref.text}" cannot run twice in one pod`,
      );
    }
    this.#wasStarted = true;
    return this.#surroundings.runImage(this.#placement, sink);
  }
}

/** What a container's own settings would be, for a container that several steps share. */
function prelude(plan: StepPlan): string {
  const exports = [...plan.env]
    .filter(([name]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    .map(([name, value]) => `export ${name}=${quoteForShell(value)}\n`);
  const folder = plan.workingDir === undefined ? "" : quoteForShell(plan.workingDir);
  const enter = folder === "" ? "" : `cd ${folder} 2>/dev/null || { mkdir -p ${folder} && cd ${folder}; } || exit 1\n`;
  return exports.join("") + enter;
}
