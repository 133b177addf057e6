import { setTimeout as delay } from "node:timers/promises";
import type { ContainerEnd, OutputSink } from "../../engine.ts";
import type { Attached } from "../api/attached.ts";
import type { DockerApi } from "../api/docker-api.ts";
import { type DockerRefusal, isUnstartable } from "../api/refusal.ts";
import type { AskToStop } from "./ask-to-stop.ts";

/** One start of a container. */
export interface ContainerRun {
  /** Resolves when the process has ended and its output was handed on. @throws EngineUnavailableError when it got lost. */
  readonly result: Promise<ContainerEnd>;
  /** Resolves when the process has ended, or got lost; its output may still be on its way. */
  readonly exited: Promise<void>;
}

/** A container that we created, from its creation to its removal. It may be started several times, one after the other. */
export class ManagedContainer {
  readonly id: string;
  readonly name: string;
  readonly #api: DockerApi;
  /** Resolves when the current run is over, however; undefined while nothing runs. */
  #over: Promise<void> | undefined;
  #ask: AskToStop;
  #asked: Promise<unknown> | undefined;
  /** Its streams, when it was started ahead of its input. */
  #idle: Attached | undefined;

  constructor(api: DockerApi, id: string, name: string, ask: AskToStop) {
    this.#api = api;
    this.#ask = ask;
    this.id = id;
    this.name = name;
  }

  get isRunning(): boolean {
    return this.#over !== undefined;
  }

  /** Changes how it is asked, once more is known of its image. */
  askWith(ask: AskToStop): void {
    this.#ask = ask;
  }

  /**
   * Starts it with its output going to the sink from the first byte on. Resolves once it runs or could not be started; the
   * latter is an end with the engine's words. Once the signal is aborted the sink is left alone, and the container runs on.
   */
  async start(input: string | undefined, output: OutputSink, signal?: AbortSignal): Promise<ContainerRun> {
    let attached = this.#idle;
    this.#idle = undefined;
    const close = (): void => attached?.close();
    try {
      // Podman creates the process here already, and finds out that it cannot.
      if (attached === undefined) {
        attached = await this.#api.containers.attach(this.id, { stdin: input !== undefined });
        await this.#api.containers.start(this.id);
      }
    } catch (error) {
      close();
      if (!isUnstartable(error)) throw error;
      return { result: Promise.resolve(await this.#failedStart(error)), exited: Promise.resolve() };
    }
    if (signal?.aborted) close();
    signal?.addEventListener("abort", close, { once: true });
    if (input !== undefined) attached.sendInput(input);
    const exitCode = this.#api.containers.wait(this.id);
    const result = this.#follow(exitCode, attached.copyOutput(output)).finally(() =>
      signal?.removeEventListener("abort", close),
    );
    this.#asked = undefined;
    const over = settled(result).then(() => {
      if (this.#over === over) this.#over = undefined;
    });
    this.#over = over;
    return { result, exited: settled(exitCode) };
  }

  /** Starts it before its input and its sink are known; {@link start} then goes on from there. */
  async startIdle(): Promise<void> {
    const attached = await this.#api.containers.attach(this.id, { stdin: true });
    try {
      await this.#api.containers.start(this.id);
    } catch {
      // The same happens again when it is started in earnest, and is told then.
      attached.close();
      return;
    }
    this.#idle = attached;
    this.#asked = undefined;
    const over = settled(this.#api.containers.wait(this.id)).then(() => {
      if (this.#over === over) this.#over = undefined;
    });
    this.#over = over;
  }

  /** Asks it to end, waits at most `graceMs`, then KILL. Every call has its own patience; the shortest one counts. */
  async stop(graceMs: number): Promise<void> {
    const over = this.#over;
    if (over === undefined) return;
    // A shell that waits for a script it will not get ends with its input, at once.
    this.#idle?.close();
    this.#idle = undefined;
    if (graceMs > 0) {
      this.#asked ??= this.#ask(this.#api, this.id);
      // How it was asked does not matter for how long it has; a container that cannot be asked is killed in the end.
      this.#asked.catch(() => undefined);
      if (await isSettledWithin(over, graceMs)) {
        // What asks is a process in there that could still ask whatever is started next.
        await isSettledWithin(settled(this.#asked), graceMs);
        return;
      }
    }
    await this.#api.containers.kill(this.id, "SIGKILL");
    await over;
  }

  /** @returns false when it was gone already. */
  async remove(): Promise<boolean> {
    return await this.#api.containers.remove(this.id);
  }

  async #follow(exited: Promise<number>, copied: Promise<void>): Promise<ContainerEnd> {
    const [exitCode] = await Promise.all([exited, copied]);
    if (exitCode === 0) return { exitCode, oomKilled: false };
    const { oomKilled, error } = await this.#api.containers.inspect(this.id);
    return { exitCode, oomKilled, ...(error === "" ? {} : { error }) };
  }

  async #failedStart(refusal: DockerRefusal): Promise<ContainerEnd> {
    const { exitCode } = await this.#api.containers.inspect(this.id);
    return { exitCode: exitCode === 0 ? 127 : exitCode, oomKilled: false, error: refusal.detail };
  }
}

function settled(work: Promise<unknown>): Promise<void> {
  return work.then(
    () => undefined,
    () => undefined,
  );
}

async function isSettledWithin(work: Promise<void>, timeoutMs: number): Promise<boolean> {
  const timer = new AbortController();
  const late = delay(timeoutMs, false, { signal: timer.signal }).catch(() => false);
  const isSettled = await Promise.race([work.then(() => true), late]);
  timer.abort();
  return isSettled;
}
