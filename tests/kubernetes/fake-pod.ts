import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { type JsonRecord, toList, toNumber, toRecord, toText, toTextMap, toTexts } from "../../src/engines/json.ts";
import type { ContainerRuntime, RuntimeContainer, RuntimePod } from "./container-runtime.ts";
import type { ObjectPlace, ObjectStore } from "./object-store.ts";
import {
  type ContainerStatus,
  endedStatus,
  refusedStatus,
  restartedStatus,
  runningStatus,
  waitingStatus,
} from "./pod-status.ts";
import { type ContainerView, type PodView, toPodView, unescape } from "./pod-view.ts";

export interface FakeNode {
  readonly store: ObjectStore;
  readonly runtime: ContainerRuntime;
  /** The API hears nothing of what its containers do. */
  readonly isQuiet: () => boolean;
}

const HELD_PAUSE_MS = 50;

/** One pod on the fake's only node, as a kubelet would run it. */
export class FakePod {
  readonly #place: ObjectPlace;
  readonly #node: FakeNode;
  readonly #statuses = new Map<string, ContainerStatus>();
  readonly #running = new Map<string, RuntimeContainer>();
  readonly #started = new Map<string, readonly RuntimeContainer[]>();
  readonly #over = new AbortController();
  readonly #work: Promise<void>;
  #pod: RuntimePod | undefined;
  #phase = "Pending";
  #isLeaving = false;
  #ending: Promise<void> | undefined;
  #discarding: Promise<void> | undefined;

  constructor(place: ObjectPlace, node: FakeNode) {
    this.#place = place;
    this.#node = node;
    this.#work = this.#run().catch((error: unknown) => {
      if (!this.#over.signal.aborted) this.fail("FakeFailed", String(error));
    });
  }

  /** That runs now. */
  container(name: string): RuntimeContainer | undefined {
    return this.#running.get(name);
  }

  /** That runs, or ran last; or the one before it. */
  containerWithLog(name: string, isPrevious: boolean): RuntimeContainer | undefined {
    return this.#started.get(name)?.at(isPrevious ? -2 : -1);
  }

  tell(): void {
    this.#write();
  }

  stateOf(name: string): JsonRecord {
    return this.#statuses.get(name)?.state ?? {};
  }

  /** TERM, so many seconds, KILL; then it is no more. Asked again, only with less grace. */
  async terminate(graceSeconds: number): Promise<void> {
    this.#isLeaving = true;
    const stopping = this.#stop(graceSeconds);
    this.#ending ??= stopping.then(async () => {
      await this.discard();
      this.#node.store.remove(this.#place);
    });
    await this.#ending;
  }

  /** Its containers go; what the API says of it stays as it is. */
  discard(): Promise<void> {
    this.#discarding ??= this.#discard();
    return this.#discarding;
  }

  /** The node gives it up: evicted, deadline. */
  fail(reason: string, message: string): void {
    this.#isLeaving = true;
    this.#phase = "Failed";
    this.#write({ reason, message });
    void this.#stop(0);
  }

  async #discard(): Promise<void> {
    this.#isLeaving = true;
    this.#over.abort(new Error("the pod is over"));
    for (const container of this.#running.values()) void container.stop(0).catch(() => undefined);
    await this.#work;
    await this.#pod?.close();
  }

  async #stop(graceSeconds: number): Promise<void> {
    const view = this.#view();
    const sidecars = view?.initContainers.toReversed() ?? [];
    await Promise.all((view?.containers ?? []).map(async (container) => await this.#stopOne(container, graceSeconds)));
    for (const container of sidecars) await this.#stopOne(container, graceSeconds);
  }

  async #stopOne({ name, preStop }: ContainerView, graceSeconds: number): Promise<void> {
    const container = this.#running.get(name);
    if (container === undefined) return;
    if (preStop.length > 0 && graceSeconds > 0) {
      const limit = AbortSignal.timeout(graceSeconds * 1000);
      const request = { argv: preStop, input: undefined, output: () => undefined, signal: limit };
      await Promise.race([container.exec(request).catch(() => undefined), container.ended]);
    }
    await container.stop(graceSeconds).catch(() => undefined);
  }

  async #run(): Promise<void> {
    const { store, runtime } = this.#node;
    const view = this.#view();
    if (view === undefined) return;
    const all = [...view.initContainers, ...view.containers];
    for (const container of all) this.#statuses.set(container.name, waitingStatus(container, "ContainerCreating"));
    this.#write();
    this.#pod = await runtime.openPod(view, filesOf(view, store));
    this.#write();
    for (const container of view.initContainers) {
      const first = this.#supervise(container);
      await (container.isSidecar ? this.#untilStarted(container, first) : first);
    }
    await Promise.all(view.containers.map(async (container) => await this.#supervise(container)));
    if (this.#isLeaving) return;
    for (const container of view.initContainers) await this.#stopOne(container, 1);
    const isGood = view.containers.every(
      ({ name }) => toNumber(toRecord(this.stateOf(name)["terminated"])["exitCode"]) === 0,
    );
    this.#phase = isGood ? "Succeeded" : "Failed";
    this.#write();
  }

  /** Resolves when it has ended for good. */
  async #supervise(container: ContainerView): Promise<void> {
    for (;;) {
      const ready = await this.#untilImage(container);
      if (ready === undefined) return;
      const before = this.#statuses.get(container.name) ?? waitingStatus(container, "ContainerCreating");
      let running: RuntimeContainer | undefined;
      try {
        running = await this.#pod?.start(ready, this.#envOf(ready));
      } catch (error) {
        this.#set(refusedStatus(before, error instanceof Error ? error.message : String(error)));
        return;
      }
      if (running === undefined) return;
      this.#running.set(container.name, running);
      this.#started.set(container.name, [...(this.#started.get(container.name) ?? []), running]);
      this.#phase = this.#phase === "Pending" && !container.isSidecar ? "Running" : this.#phase;
      this.#set(runningStatus(before, ready.image));
      // It was on its way when the pod was told to end.
      if (this.#isLeaving) void running.stop(0).catch(() => undefined);
      const exit = await running.ended;
      this.#running.delete(container.name);
      const ended = endedStatus(this.#statuses.get(container.name) ?? before, exit);
      if (!container.isSidecar || this.#isLeaving) {
        this.#set(ended);
        return;
      }
      this.#set(restartedStatus(ended));
    }
  }

  async #untilStarted(container: ContainerView, ended: Promise<void>): Promise<void> {
    const probe = container.startupProbe;
    const threshold = toNumber(probe?.["failureThreshold"]) ?? 3;
    let failures = 0;
    const given = new AbortController();
    const over = AbortSignal.any([given.signal, this.#over.signal]);
    void ended.then(() => given.abort(new Error("it has ended for good")));
    while (!over.aborted) {
      const running = this.#running.get(container.name);
      if (running !== undefined) {
        if (probe === undefined || (await this.#probe(running, probe))) return;
        if (++failures % threshold === 0) await running.stop(1);
      }
      await delay(probe === undefined ? 20 : (toNumber(probe["periodSeconds"]) ?? 10) * 1000);
    }
  }

  async #probe(container: RuntimeContainer, probe: JsonRecord): Promise<boolean> {
    const port = toNumber(toRecord(probe["tcpSocket"])["port"]);
    if (port !== undefined) return await canConnect(this.#pod?.ip ?? "", port);
    const argv = toTexts(toRecord(probe["exec"])["command"]);
    const request = { argv, input: undefined, output: () => undefined, signal: this.#over.signal };
    return (await container.exec(request).catch(() => 1)) === 0;
  }

  /** A kubelet goes on looking for an image until it has it, and takes the one that is patched in. */
  async #untilImage(container: ContainerView): Promise<ContainerView | undefined> {
    while (!this.#over.signal.aborted && !this.#isLeaving) {
      const now = [...(this.#view()?.initContainers ?? []), ...(this.#view()?.containers ?? [])].find(
        ({ name }) => name === container.name,
      );
      if (now === undefined) return undefined;
      const problem = await this.#imageProblem(now);
      if (problem === undefined) return now;
      const status = waitingStatus(now, problem.reason, problem.message);
      if (JSON.stringify(status.state) !== JSON.stringify(this.stateOf(now.name))) this.#set(status);
      await delay(HELD_PAUSE_MS, undefined, { signal: this.#over.signal }).catch(() => undefined);
    }
    return undefined;
  }

  async #imageProblem({ image, pullPolicy }: ContainerView): Promise<{ reason: string; message: string } | undefined> {
    if (/[A-Z]/.test(image.split(":")[0] ?? "")) {
      const message = `Failed to apply default image tag "${image}": couldn't parse image reference "${image}": invalid reference format: repository name must be lowercase`;
      return { reason: "InvalidImageName", message };
    }
    if (pullPolicy !== "Always" && (await this.#node.runtime.hasImage(image))) return undefined;
    return pullPolicy === "Never"
      ? {
          reason: "ErrImageNeverPull",
          message: `Container image "${image}" is not present with pull policy of Never`,
        }
      : {
          reason: "ErrImagePull",
          message: `rpc error: code = Unknown desc = Error response from daemon: pull access denied for ${image}, repository does not exist or may require 'docker login'`,
        };
  }

  #envOf(container: ContainerView): ReadonlyMap<string, string> {
    const { namespace } = this.#place;
    return new Map(
      container.env.map((entry): [string, string] => {
        const { name, value, valueFrom } = entry;
        const reference = toRecord(toRecord(valueFrom)["secretKeyRef"]);
        const secret = toText(reference["name"]);
        if (secret === undefined) return [toText(name) ?? "", unescape(toText(value) ?? "")];
        const object = this.#node.store.find({ resource: "secrets", namespace, name: secret });
        return [toText(name) ?? "", contentOf(object).get(toText(reference["key"]) ?? "") ?? ""];
      }),
    );
  }

  #view(): PodView | undefined {
    const object = this.#node.store.find(this.#place);
    return object === undefined ? undefined : toPodView(object);
  }

  #set(status: ContainerStatus): void {
    this.#statuses.set(status.name, status);
    this.#write();
  }

  #write(further: JsonRecord = {}): void {
    if (this.#node.isQuiet()) return;
    this.#node.store.change(this.#place, (object) => {
      const view = toPodView(object);
      const own = (containers: readonly ContainerView[]): unknown[] =>
        containers.flatMap(({ name }) => this.#statuses.get(name) ?? []);
      const conditions = toList(toRecord(object["status"])["conditions"]);
      const status = {
        ...toRecord(object["status"]),
        ...further,
        phase: this.#phase,
        conditions,
        ...(this.#pod === undefined ? {} : { podIP: this.#pod.ip }),
        initContainerStatuses: own(view.initContainers),
        containerStatuses: own(view.containers),
      };
      return { ...object, status };
    });
  }
}

function filesOf(view: PodView, store: ObjectStore): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const { namespace } = view;
  return new Map(
    view.volumes.flatMap((volume): [string, ReadonlyMap<string, string>][] => {
      const map = toText(toRecord(volume["configMap"])["name"]);
      const secret = toText(toRecord(volume["secret"])["secretName"]);
      const name = toText(volume["name"]) ?? "";
      if (map !== undefined) return [[name, contentOf(store.find({ resource: "configmaps", namespace, name: map }))]];
      if (secret === undefined) return [];
      return [[name, contentOf(store.find({ resource: "secrets", namespace, name: secret }))]];
    }),
  );
}

/** Of a ConfigMap, or of a Secret as it was written. */
function contentOf(object: JsonRecord | undefined): ReadonlyMap<string, string> {
  const { data, stringData } = object ?? {};
  const decoded = [...toTextMap(data)].map(([key, value]): [string, string] =>
    object?.["kind"] === "Secret" ? [key, Buffer.from(value, "base64").toString("utf8")] : [key, value],
  );
  return new Map([...decoded, ...toTextMap(stringData)]);
}

async function canConnect(host: string, port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 });
    const end = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.on("connect", () => end(true));
    socket.on("timeout", () => end(false));
    socket.on("error", () => end(false));
  });
}
