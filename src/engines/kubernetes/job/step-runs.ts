import { toPullReference } from "../../../model/image-ref.ts";
import type { ContainerEnd, OutputSink } from "../../engine.ts";
import { agentFolder } from "../agent/agent-argv.ts";
import type { StepPlacement } from "../pod-layout.ts";
import { toContainerEnd } from "../pod-problem.ts";
import { exitOf } from "../pod-state.ts";
import { awaitContainers } from "./await-containers.ts";
import { execInside } from "./exec-inside.ts";
import type { JobPods } from "./job-pods.ts";
import type { ScriptRun } from "./kubernetes-step.ts";
import type { PodRun } from "./pod-run.ts";
import { copyLog } from "./service-log.ts";
import { Stage } from "./stage.ts";

/** What the steps of one job run: scripts, by the agents of their containers, and images' own programs. */
export class StepRuns {
  readonly #pods: JobPods;
  /** Stages that wait for their script, by container. */
  readonly #prepared = new Map<string, Stage>();
  #stages = 0;
  #hasWarned = false;
  #isClosed = false;

  constructor(pods: JobPods) {
    this.#pods = pods;
  }

  /**
   * While sources are sent and services get ready, what receives the first script is started.
   *
   * @param ready gives the pod as soon as scripts can be handed in; what goes wrong with it shows where the script is run.
   */
  async prepare({ container }: StepPlacement, ready: Promise<PodRun>): Promise<void> {
    const pod = await ready.catch(() => undefined);
    if (pod === undefined || this.#isClosed) return;
    const stage = this.#newStage(pod, container);
    stage.prepare();
    this.#prepared.set(container, stage);
  }

  /** What was prepared for scripts that will not come ends. */
  close(): void {
    this.#isClosed = true;
    for (const stage of this.#prepared.values()) stage.abandon();
  }

  runScript({ container }: StepPlacement, script: string, output: OutputSink): ScriptRun {
    const prepared = this.#prepared.get(container);
    this.#prepared.delete(container);
    const stage =
      prepared === undefined ? this.#pods.job.then((pod) => this.#newStage(pod, container)) : Promise.resolve(prepared);
    const end = stage.then((one) => one.run(script, output)).then((result) => this.#tellWarnings(result, output));
    end.catch(() => undefined);
    return { end, stop: async (graceMs) => await (await stage).stop(graceMs) };
  }

  #newStage(pod: PodRun, container: string): Stage {
    const name = `${++this.#stages}`;
    return new Stage(pod, { container, folder: agentFolder(container), name }, this.#pods.clock);
  }

  /** What the cluster complained about, below the output of a script that failed; once. @source K-82 */
  async #tellWarnings(end: ContainerEnd, output: OutputSink): Promise<ContainerEnd> {
    if (end.exitCode === 0 || this.#hasWarned || !this.#pods.printsWarnings) return end;
    this.#hasWarned = true;
    const pod = await this.#pods.job;
    // Who may not read events goes without.
    const warnings = await pod.warnings().catch(() => []);
    const lines = warnings.map((message) => `Event retrieved from the cluster: ${message}\n`);
    if (lines.length > 0) await output(2, Buffer.from(lines.join("")));
    return end;
  }

  runImage({ container, plan }: StepPlacement, output: OutputSink): ScriptRun {
    const stopped = new AbortController();
    const end = this.#runHeld(container, toPullReference(plan.image.ref), output, stopped.signal);
    end.catch(() => undefined);
    const stop = async (graceMs: number): Promise<void> => {
      const pod = await this.#pods.job;
      const ask = execInside(pod, container, ["sh", "-c", "kill -TERM -1; kill -TERM 1"], AbortSignal.timeout(5_000));
      await Promise.race([ask.catch(() => undefined), end.catch(() => undefined)]);
      if (graceMs > 0) await this.#pods.clock.sleep(graceMs, stopped.signal).catch(() => undefined);
      stopped.abort(new Error("stopped"));
      await end.catch(() => undefined);
    };
    return { end, stop };
  }

  /** The image's own program. Nothing can kill it from inside; when it is stopped it is given up, and goes with the pod. */
  async #runHeld(container: string, image: string, output: OutputSink, stopped: AbortSignal): Promise<ContainerEnd> {
    const pod = await this.#pods.job;
    await pod.release(container, image, stopped);
    await awaitContainers(pod, [container], (one) => this.#pods.imageOf(one), stopped);
    let hasEnded = false;
    const copying = copyLog(pod, container, {
      sink: output,
      hasEnded: () => hasEnded,
      clock: this.#pods.clock,
      signal: stopped,
    });
    try {
      const exit = await pod.until((state) => exitOf(state.containers.get(container)), stopped);
      hasEnded = true;
      await copying;
      return toContainerEnd(exit);
    } catch (error) {
      await copying.catch(() => undefined);
      if (stopped.aborted) return { exitCode: 137, oomKilled: false };
      throw error;
    }
  }
}
