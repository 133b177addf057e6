import type { OutriggerError } from "../../../model/outrigger-error.ts";
import type { Clock } from "../../../system/clock.ts";
import { type JsonRecord, toRecord, toText } from "../../json.ts";
import type { ExecOutput, ExecRequest, ExecSession } from "../api/exec.ts";
import type { KubernetesApi } from "../api/kubernetes-api.ts";
import { isAccountMissing, isOverQuota } from "../api/refusal.ts";
import type { Pod } from "../pod.ts";
import { HELD_IMAGE } from "../pod-layout.ts";
import { findPodLoss, podGone, stillThere, unschedulable } from "../pod-problem.ts";
import { exitOf, type PodState, rememberPulls } from "../pod-state.ts";
import type { PodWatch } from "../pod-watch.ts";
import { isContainerGone } from "./passing.ts";

export interface PodTools {
  readonly api: KubernetesApi;
  readonly watch: PodWatch;
  readonly clock: Clock;
  readonly namespace: string;
  /** How long a pod may take until its containers run. */
  readonly startTimeoutMs: number;
  /** The name space is the job's own, and was made a moment ago. */
  readonly isOwnNamespace: boolean;
}

/** A quota is asked again that often: pods that end give it back. */
const QUOTA_PAUSE_MS = 3_000;
/** A new name space has its account within a second. */
const ACCOUNT_PAUSE_MS = 200;
const ACCOUNT_LIMIT_MS = 30_000;

const OWN_WARNINGS = new RegExp(
  `${HELD_IMAGE}|InvalidImageName|PreStop|failed to sync (?:configmap|secret) cache`,
  "i",
);

/** One pod of ours, from its creation to its removal, as the watch tells it. */
export class PodRun {
  readonly name: string;
  readonly #tools: PodTools;
  readonly #unfollow: () => void;
  readonly #waiting = new Set<() => void>();
  #state: PodState | undefined;
  #lost: OutriggerError | undefined;
  #isGone = false;
  #isLeaving = false;
  #isUnseen = false;
  /** As the cluster took it. */
  accepted: JsonRecord = {};
  readonly #createdAt: number;

  private constructor(name: string, tools: PodTools) {
    this.name = name;
    this.#tools = tools;
    this.#createdAt = tools.clock.elapsed();
    this.#unfollow = tools.watch.follow(name, {
      update: (state) => this.#update(state),
      fail: (why) => this.#fail(why),
    });
  }

  /** Creates it. A quota that is used up is waited for: it is a queue, no failure. */
  static async create(pod: Pod, tools: PodTools, signal: AbortSignal): Promise<PodRun> {
    const { api, namespace, clock, isOwnNamespace } = tools;
    const startedAt = clock.elapsed();
    for (;;) {
      try {
        signal.throwIfAborted();
        // Not cut short: what is half asked for may be made all the same, and has to be removed then.
        const made = await api.create("pods", namespace, pod);
        const run = new PodRun(pod.metadata.name, tools);
        run.accepted = made;
        return run;
      } catch (error) {
        const waitsForAccount =
          isOwnNamespace && clock.elapsed() - startedAt < ACCOUNT_LIMIT_MS && isAccountMissing(error);
        if (!waitsForAccount && !isOverQuota(error)) throw error;
        await clock.sleep(waitsForAccount ? ACCOUNT_PAUSE_MS : QUOTA_PAUSE_MS, signal);
      }
    }
  }

  get clock(): Clock {
    return this.#tools.clock;
  }

  get uid(): string {
    return toText(toRecord(this.accepted["metadata"])["uid"]) ?? "";
  }

  isRunning(container: string): boolean {
    const state = this.#state?.containers.get(container);
    return !this.#isGone && state?.now.kind === "running" && exitOf(state) === undefined;
  }

  /**
   * Waits until the pod's state gives an answer.
   *
   * @param look gives it, throws, or `undefined` to go on waiting; asked at once and after every change.
   * @throws the loss of the pod, when it is lost before there is an answer.
   */
  async until<T>(look: (state: PodState) => T | undefined, signal?: AbortSignal): Promise<T> {
    for (;;) {
      signal?.throwIfAborted();
      const found = this.#state === undefined ? undefined : look(this.#state);
      if (found !== undefined) return found;
      if (this.#lost !== undefined) throw this.#lost;
      if (this.#isGone) throw podGone(this.#tools.namespace, this.name);
      await this.#change(signal);
    }
  }

  /** As {@link until}, for what has to happen within the time that a pod has to start. */
  async untilStarted<T>(look: (state: PodState) => T | undefined, signal: AbortSignal): Promise<T> {
    const { clock, startTimeoutMs } = this.#tools;
    const timer = new AbortController();
    const limit = clock.sleep(startTimeoutMs, AbortSignal.any([timer.signal, signal])).then(
      () => "late" as const,
      () => undefined,
    );
    try {
      const found = this.until(look, AbortSignal.any([signal, timer.signal]));
      found.catch(() => undefined);
      const first = await Promise.race([found, limit]);
      if (first !== "late" && first !== undefined) return first;
      signal.throwIfAborted();
      if (this.#state === undefined) throw podGone(this.#tools.namespace, this.name);
      throw unschedulable(this.#tools.namespace, this.#state, clock.elapsed() - this.#createdAt);
    } finally {
      timer.abort(new Error("no more waiting"));
    }
  }

  async exec(request: Omit<ExecRequest, "namespace" | "pod">, output: ExecOutput): Promise<ExecSession> {
    return await this.#tools.api.exec({ ...request, namespace: this.#tools.namespace, pod: this.name }, output);
  }

  /**
   * Asks the container's node whether it runs: a command in one that does not is refused before anything else. What cannot be
   * asked is taken for there.
   */
  async isThere(container: string, signal: AbortSignal): Promise<boolean> {
    try {
      const session = await this.exec({ container, argv: ["true"], signal }, () => undefined);
      session.close();
      return true;
    } catch (error) {
      signal.throwIfAborted();
      return !isContainerGone(error);
    }
  }

  async followLog(
    container: string,
    stretch: { readonly sinceTime: string | undefined; readonly isPrevious: boolean },
    signal: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>> {
    const { api, namespace } = this.#tools;
    return await api.followLog({ namespace, pod: this.name, container, ...stretch, signal });
  }

  /** Gives a container that was held back its image, and so starts it. */
  async release(container: string, image: string, signal: AbortSignal): Promise<void> {
    const { api, namespace } = this.#tools;
    await api.patch("pods", namespace, this.name, { spec: { containers: [{ name: container, image }] } }, signal);
  }

  /** What the cluster warned of, oldest first, without what comes of our own way to start containers. */
  async warnings(): Promise<readonly string[]> {
    const { api, namespace } = this.#tools;
    const all = await api.warnings(namespace, this.uid);
    return all.filter((message) => !OWN_WARNINGS.test(message));
  }

  /** Asks for its removal; what ends from now on is no loss. May be asked again with less grace. @returns false when it was gone. */
  async remove(graceSeconds: number): Promise<boolean> {
    this.#isLeaving = true;
    const { api, namespace } = this.#tools;
    const wasThere = await api.remove("pods", namespace, this.name, graceSeconds);
    if (!wasThere) {
      this.#update(undefined);
      this.#unfollow();
    }
    return wasThere;
  }

  /** Resolves when the API knows nothing of it any more. @throws EngineFailureError when that takes too long. */
  async untilGone(clock: Clock, limitMs: number): Promise<void> {
    const { namespace } = this.#tools;
    const patience = new AbortController();
    const gone = new AbortController();
    const late = clock.sleep(limitMs, gone.signal).then(
      () => patience.abort(stillThere(namespace, this.name, limitMs)),
      () => undefined,
    );
    try {
      // Who may not look never hears of it.
      while (!this.#isGone && !this.#isUnseen) await this.#change(patience.signal);
    } finally {
      gone.abort(new Error("it is gone"));
      await late;
      this.#unfollow();
    }
  }

  #update(state: PodState | undefined): void {
    if (state === undefined) {
      this.#isGone = true;
      if (!this.#isLeaving) this.#lost ??= podGone(this.#tools.namespace, this.name);
    } else {
      this.#state = rememberPulls(state, this.#state);
      if (!this.#isLeaving) this.#lost ??= findPodLoss(this.#tools.namespace, state);
    }
    this.#wake();
  }

  #fail(why: OutriggerError): void {
    this.#isUnseen = true;
    this.#lost ??= why;
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  async #change(signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal?.addEventListener("abort", wake, { once: true });
    });
    signal?.throwIfAborted();
  }
}
