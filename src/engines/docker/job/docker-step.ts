import { abortable } from "../../abortable.ts";
import type { ContainerEnd, OutputSink, StepContainer } from "../../engine.ts";
import type { ContainerRun, ManagedContainer } from "./managed-container.ts";

/** A step's container, not started before its first run. */
export class DockerStep implements StepContainer {
  readonly id: string;
  readonly #container: ManagedContainer;
  readonly #hasInput: boolean;
  readonly #isBareShell: boolean;
  /** Work that must be over before anything is removed. */
  readonly #track: <T>(work: Promise<T>) => Promise<T>;
  /** Its folder has to be there when it starts. */
  readonly #prepare: (signal: AbortSignal) => Promise<void>;
  readonly #warmUpSignal: AbortSignal;

  #starting: Promise<ContainerRun> | undefined;

  constructor(
    id: string,
    container: ManagedContainer,
    options: {
      readonly hasInput: boolean;
      /** Nothing but a shell that waits for its script is started. */
      readonly isBareShell: boolean;
      readonly track: <T>(work: Promise<T>) => Promise<T>;
      readonly prepare: (signal: AbortSignal) => Promise<void>;
      /** Ends a warm-up. */
      readonly warmUp: AbortSignal;
    },
  ) {
    this.id = id;
    this.#container = container;
    this.#hasInput = options.hasInput;
    this.#isBareShell = options.isBareShell;
    this.#track = options.track;
    this.#prepare = options.prepare;
    this.#warmUpSignal = options.warmUp;
  }

  get containerName(): string {
    return this.#container.name;
  }

  async warmUp(): Promise<void> {
    if (!this.#isBareShell) return;
    await this.#prepare(this.#warmUpSignal);
    await this.#track(this.#container.startIdle());
  }

  async run(script: string | undefined, output: OutputSink, signal: AbortSignal): Promise<ContainerEnd> {
    signal.throwIfAborted();
    // A container that waits for input gets its end of input in any case, or it would wait for ever.
    const input = this.#hasInput ? (script ?? "") : undefined;
    const starting = this.#start(input, output, signal);
    this.#starting = starting;
    const { result } = await starting;
    return await abortable(result, signal);
  }

  async stop(graceMs: number): Promise<void> {
    // What is about to run cannot be stopped yet; left alone, it would run to its own end.
    await this.#starting?.catch(() => undefined);
    await this.#container.stop(graceMs);
  }

  async #start(input: string | undefined, output: OutputSink, signal: AbortSignal): Promise<ContainerRun> {
    await this.#prepare(signal);
    return await abortable(this.#track(this.#container.start(input, output, signal)), signal);
  }
}
