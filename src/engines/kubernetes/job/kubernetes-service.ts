import type { ServicePlan } from "../../../model/job-plan.ts";
import { knownPortsOf } from "../../../model/known-ports.ts";
import type { Clock } from "../../../system/clock.ts";
import type { ContainerEnd, DialResult, ExecResult, MemorySample, OutputSink, RunningService } from "../../engine.ts";
import { toContainerEnd } from "../pod-problem.ts";
import { exitOf, hasNeverRun } from "../pod-state.ts";
import { execInside } from "./exec-inside.ts";
import { readMemory } from "./memory.ts";
import type { PodRun } from "./pod-run.ts";
import { copyLog } from "./service-log.ts";

export interface ServiceTools {
  readonly clock: Clock;
  /** Where its neighbours reach it. */
  readonly address: string;
  /** Finds out whether a neighbour could connect to the port now. */
  readonly dial: (port: number, signal: AbortSignal) => Promise<DialResult>;
}

/** A node knows that a container has ended before the cluster does: it looks once a second, and later when it is busy. */
const HEAR_OF_END_MS = 15_000;

/** A command inside a container for each sample costs more than it tells. */
const SAMPLE_EVERY_MS = 2_000;

/** A service's container that was started. */
export class KubernetesService implements RunningService {
  readonly id: string;
  readonly containerName: string;
  readonly exposedTcpPorts: readonly number[];
  readonly env: ReadonlyMap<string, string>;
  readonly ended: Promise<ContainerEnd>;
  readonly #pod: PodRun;
  readonly #container: string;
  readonly #tools: ServiceTools;
  #hasEnded = false;
  #sample: { readonly at: number; readonly memory: Promise<MemorySample | undefined> } | undefined;

  constructor(
    plan: ServicePlan,
    place: { readonly pod: PodRun; readonly container: string },
    log: OutputSink,
    tools: ServiceTools,
  ) {
    this.#pod = place.pod;
    this.#container = place.container;
    this.#tools = tools;
    this.id = plan.id;
    this.containerName = `${place.pod.name}/${place.container}`;
    // What the image exposes is nowhere to be read in a cluster; these are what the file says and what servers use.
    this.exposedTcpPorts = [...new Set([...plan.declaredPorts, ...knownPortsOf(plan.image.ref)])].toSorted(
      (a, b) => a - b,
    );
    this.env = plan.env;
    this.ended = this.#untilEnded(log);
  }

  get address(): string | undefined {
    return this.#isKnownOver ? undefined : this.#tools.address;
  }

  async isOver(signal: AbortSignal): Promise<boolean> {
    if (this.#isKnownOver) return true;
    if (await this.#pod.isThere(this.#container, signal)) return this.#isKnownOver;
    const patience = AbortSignal.any([signal, AbortSignal.timeout(HEAR_OF_END_MS)]);
    const over = this.#pod.until(() => (this.#isKnownOver ? true : undefined), patience);
    // With a lost pod its services are over; from a node that is silent nothing is heard.
    await over.catch(() => undefined);
    signal.throwIfAborted();
    return this.#isKnownOver;
  }

  async dial(port: number, signal: AbortSignal): Promise<DialResult> {
    signal.throwIfAborted();
    return this.#isKnownOver ? { kind: "refused" } : await this.#tools.dial(port, signal);
  }

  async exec(argv: readonly string[], signal: AbortSignal): Promise<ExecResult> {
    return await execInside(this.#pod, this.#container, argv, signal);
  }

  async sampleMemory(signal: AbortSignal): Promise<MemorySample | undefined> {
    if (this.#isKnownOver) return undefined;
    const now = this.#tools.clock.elapsed();
    if (this.#sample === undefined || now - this.#sample.at > SAMPLE_EVERY_MS) {
      const memory = readMemory((argv) => this.exec(argv, signal)).catch(() => undefined);
      this.#sample = { at: now, memory };
    }
    return await this.#sample.memory;
  }

  get #isKnownOver(): boolean {
    return this.#hasEnded || !this.#pod.isRunning(this.#container);
  }

  async #untilEnded(log: OutputSink): Promise<ContainerEnd> {
    const stop = new AbortController();
    const startedAgain = new AbortController();
    this.#pod
      .until((state) => state.containers.get(this.#container)?.before, stop.signal)
      .then(
        () => startedAgain.abort(new Error("the container was started again")),
        () => undefined,
      );
    const copying = copyLog(this.#pod, this.#container, {
      sink: log,
      hasEnded: () => this.#hasEnded,
      clock: this.#tools.clock,
      signal: stop.signal,
      startedAgain: startedAgain.signal,
    });
    try {
      const exit = await this.#pod.until((state) => exitOf(state.containers.get(this.#container)));
      this.#hasEnded = true;
      if (!hasNeverRun(exit)) await copying;
      stop.abort(new Error("it has ended"));
      return toContainerEnd(exit);
    } catch (error) {
      // The pod is gone, and its log with it.
      this.#hasEnded = true;
      stop.abort(error);
      await copying.catch(() => undefined);
      return { exitCode: undefined, oomKilled: false, error: error instanceof Error ? error.message : String(error) };
    }
  }
}
