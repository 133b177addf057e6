import type { Clock } from "../../system/clock.ts";
import { type JsonRecord, toNumber, toRecord, toText } from "../json.ts";
import { readJsonLines } from "../json-lines.ts";
import type { KubernetesApi } from "./api/kubernetes-api.ts";
import { KubernetesRefusal } from "./api/refusal.ts";
import { type PodState, toPodState } from "./pod-state.ts";

export interface PodListener {
  /** Told of each change of one pod; undefined: the pod is gone. */
  update(state: PodState | undefined): void;
  /** Nothing will ever be told, because we may not look. */
  fail(why: KubernetesRefusal): void;
}

/** However quiet the watch is, everything is listed that often: a stream may be dead and not know it (K-114). */
const LIST_EVERY_MS = 5_000;
const PAUSE_AFTER_FAILURE_MS = 500;

/**
 * The pods of one owner in one name space, watched by one stream for all jobs.
 *
 * A pod is told to be gone only when it was seen before. What cannot be watched, for want of rights, is listed again and
 * again; what cannot be listed either is told to be a failure.
 *
 * @source K-75, K-114
 */
export class PodWatch {
  readonly #api: KubernetesApi;
  readonly #clock: Clock;
  readonly #namespace: string;
  readonly #labels: string;
  readonly #listeners = new Map<string, PodListener>();
  readonly #known = new Map<string, string>();
  #run: AbortController | undefined;

  constructor(api: KubernetesApi, clock: Clock, scope: { readonly namespace: string; readonly labels: string }) {
    this.#api = api;
    this.#clock = clock;
    this.#namespace = scope.namespace;
    this.#labels = scope.labels;
  }

  /** @returns a function that ends it. The stream lives as long as anybody listens. */
  follow(pod: string, listener: PodListener): () => void {
    this.#listeners.set(pod, listener);
    if (this.#run === undefined) this.#start();
    return () => {
      this.#listeners.delete(pod);
      this.#known.delete(pod);
      if (this.#listeners.size === 0) this.close();
    };
  }

  /** Ends the stream, whoever still listens. */
  close(): void {
    this.#run?.abort(new Error("nobody watches"));
    this.#run = undefined;
  }

  #start(): void {
    const run = new AbortController();
    this.#run = run;
    const until = (work: () => Promise<void>): void => {
      void (async () => {
        while (!run.signal.aborted) {
          // What fails here shows where it is waited for: pods that say nothing.
          await work().catch(() => undefined);
          await this.#clock.sleep(PAUSE_AFTER_FAILURE_MS, run.signal).catch(() => undefined);
        }
      })();
    };
    until(() => this.#watch(run.signal));
    until(async () => {
      await this.#clock.sleep(LIST_EVERY_MS, run.signal);
      await this.#list(run.signal);
    });
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const resourceVersion = await this.#list(signal);
    const { namespace, labels } = { namespace: this.#namespace, labels: this.#labels };
    const stream = await this.#api.watchPods({ namespace, labels, resourceVersion, signal }).catch((error: unknown) => {
      // Without the right to watch there is only asking.
      if (error instanceof KubernetesRefusal && error.status === 403) return undefined;
      throw error;
    });
    if (stream === undefined) return;
    for await (const line of readJsonLines(stream)) {
      const event = toRecord(line);
      const object = toRecord(event["object"]);
      // 410 is one of these: what was missed is listed again.
      if (event["type"] === "ERROR" || toNumber(object["code"]) === 410) return;
      if (event["type"] === "BOOKMARK") continue;
      this.#tell(object, event["type"] === "DELETED");
    }
  }

  async #list(signal: AbortSignal): Promise<string> {
    const before = new Set(this.#known.keys());
    const listed = await this.#api.list("pods", this.#namespace, this.#labels, signal).catch((error: unknown) => {
      if (error instanceof KubernetesRefusal && error.code === "forbidden") this.#fail(error);
      throw error;
    });
    const { items, resourceVersion } = listed;
    const there = new Set(items.map((pod) => toText(toRecord(pod["metadata"])["name"]) ?? ""));
    for (const pod of items) this.#tell(pod, false);
    for (const name of before) {
      if (there.has(name) || !this.#known.has(name)) continue;
      this.#known.delete(name);
      this.#listeners.get(name)?.update(undefined);
    }
    return resourceVersion;
  }

  #tell(pod: JsonRecord, isGone: boolean): void {
    const metadata = toRecord(pod["metadata"]);
    const name = toText(metadata["name"]) ?? "";
    const listener = this.#listeners.get(name);
    if (listener === undefined) return;
    const version = toText(metadata["resourceVersion"]) ?? "";
    if (isGone) {
      this.#known.delete(name);
      listener.update(undefined);
      return;
    }
    // Lists and the stream overtake each other; versions of one object only grow.
    const known = this.#known.get(name);
    if (known !== undefined && Number(version) <= Number(known)) return;
    this.#known.set(name, version);
    listener.update(toPodState(pod));
  }

  #fail(why: KubernetesRefusal): void {
    for (const listener of this.#listeners.values()) listener.fail(why);
  }
}
