import { EngineFailureError } from "../../../model/outrigger-error.ts";
import type { Clock } from "../../../system/clock.ts";
import type { ContainerEnd, OutputSink } from "../../engine.ts";
import { agentArgv } from "../agent/agent-argv.ts";
import type { ExecEnd, ExecSession } from "../api/exec.ts";
import { toContainerEnd } from "../pod-problem.ts";
import { exitOf } from "../pod-state.ts";
import { execInside } from "./exec-inside.ts";
import { isPassing } from "./passing.ts";
import type { PodRun } from "./pod-run.ts";

/** Scripts, and everything that happens beside them, are handed in and followed from here: nothing kills it with them. */
export const HELPER = "helper";

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;
/** What a dead container has written is followed at most so long. */
const DRAIN_MS = 3_000;
const ASK_MS = 15_000;
const GIVE_UP_MS = 10_000;

/** One script that the agent of one container runs once. */
export class Stage {
  readonly #pod: PodRun;
  readonly #container: string;
  readonly #folder: string;
  readonly #name: string;
  readonly #clock: Clock;
  /** Bytes of each stream that were handed on. */
  readonly #offsets = { 1: 0, 2: 0 };
  readonly #givenUp = new AbortController();
  #end: Promise<ContainerEnd> | undefined;
  #sink: OutputSink = () => undefined;
  /** A command that waits for the script, and was started ahead of it. */
  #early: Promise<ExecSession | undefined> | undefined;
  readonly #abandoned = new AbortController();

  constructor(
    pod: PodRun,
    place: { readonly container: string; readonly folder: string; readonly name: string },
    clock: Clock,
  ) {
    this.#pod = pod;
    this.#container = place.container;
    this.#folder = place.folder;
    this.#name = place.name;
    this.#clock = clock;
  }

  /**
   * Hands the script in and its output on. A cut connection is taken up again where it was, for as long as the pod lives;
   * the script does not notice.
   *
   * @source K-112, K-113
   */
  run(script: string, output: OutputSink): Promise<ContainerEnd> {
    this.#sink = output;
    this.#end ??= this.#run(Buffer.from(script));
    return this.#end;
  }

  /** Starts what receives the script, before there is one. When that goes wrong, {@link run} begins anew. */
  prepare(): void {
    this.#early = this.#open(this.#abandoned.signal).catch(() => undefined);
  }

  /** Ends what was prepared for a script that will not come. */
  abandon(): void {
    this.#abandoned.abort(new Error("no script comes"));
  }

  /** TERM to what it runs, at most `graceMs`, KILL. Resolves when it has ended. */
  async stop(graceMs: number): Promise<void> {
    const end = this.#end;
    if (end === undefined) return;
    const over = end.then(
      () => true,
      () => true,
    );
    if (graceMs > 0) {
      await this.#signal("TERM");
      const timer = new AbortController();
      const late = this.#clock.sleep(graceMs, timer.signal).then(
        () => false,
        () => false,
      );
      const isOver = await Promise.race([over, late]);
      timer.abort(new Error("over"));
      if (isOver) return;
    }
    await this.#signal("KILL");
    // What cannot be reached is given up: it goes with its pod.
    const timer = new AbortController();
    const giveUp = (): void => this.#givenUp.abort(new GivenUp());
    this.#clock.sleep(GIVE_UP_MS, timer.signal).then(giveUp, () => undefined);
    await over;
    timer.abort(new Error("over"));
  }

  async #signal(name: "TERM" | "KILL"): Promise<void> {
    const argv = agentArgv("stop", this.#folder, this.#name, name);
    await execInside(this.#pod, this.#container, argv, AbortSignal.timeout(ASK_MS)).catch(() => undefined);
  }

  async #run(script: Uint8Array): Promise<ContainerEnd> {
    const dead = new AbortController();
    // A container that ends takes its script with it; what it had written is still there to be read.
    const watching = this.#pod
      .until((state) => exitOf(state.containers.get(this.#container)), dead.signal)
      .then(async (exit) => {
        await this.#clock.sleep(DRAIN_MS, dead.signal);
        dead.abort(new ContainerEnded());
        return exit;
      });
    const lost = watching.catch((error: unknown) => {
      if (!dead.signal.aborted) dead.abort(error);
      return undefined;
    });
    try {
      return await this.#follow(script, AbortSignal.any([dead.signal, this.#givenUp.signal]));
    } catch (error) {
      if (error instanceof GivenUp) return { exitCode: 137, oomKilled: false };
      if (!(error instanceof ContainerEnded)) throw error;
      const exit = await lost;
      if (exit === undefined || exit.exitCode === 0) return noProof(this.#container);
      return toContainerEnd(exit);
    } finally {
      if (!dead.signal.aborted) dead.abort(new Error("the stage is over"));
      await lost;
    }
  }

  async #follow(script: Uint8Array, signal: AbortSignal): Promise<ContainerEnd> {
    let pauseMs = FIRST_PAUSE_MS;
    for (let isFirst = true; ; isFirst = false) {
      try {
        const end =
          isFirst || !(await this.#wasReceived(signal))
            ? await this.#deliver(script, signal)
            : await this.#resume(signal);
        if (end.kind === "ended" && end.exitCode === 0) return { exitCode: 0, oomKilled: false };
        const told = await this.#readExit(signal);
        if (told !== undefined) return told;
        if (end.kind === "not_run")
          throw new EngineFailureError("agent_not_run", `container "${HELPER}" cannot follow a script: ${end.detail}`);
      } catch (error) {
        signal.throwIfAborted();
        if (!isPassing(error)) throw error;
      }
      await this.#clock.sleep(pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }

  async #deliver(script: Uint8Array, signal: AbortSignal): Promise<ExecEnd> {
    const early = await this.#early;
    this.#early = undefined;
    const session = early ?? (await this.#open(signal));
    const close = (): void => session.close();
    signal.addEventListener("abort", close, { once: true });
    try {
      // One that was cut while it waited says so by its end.
      await session.send(Buffer.concat([Buffer.from(`${script.length}\n`), script])).catch(() => undefined);
      return await session.ended;
    } finally {
      signal.removeEventListener("abort", close);
    }
  }

  async #open(signal: AbortSignal): Promise<ExecSession> {
    const argv = agentArgv("deliver", this.#folder, this.#name);
    return await this.#pod.exec({ container: HELPER, argv, stdin: true, signal }, this.#counting());
  }

  async #resume(signal: AbortSignal): Promise<ExecEnd> {
    const argv = agentArgv("follow", this.#folder, this.#name, String(this.#offsets[1]), String(this.#offsets[2]));
    const session = await this.#pod.exec({ container: HELPER, argv, signal }, this.#counting());
    return await session.ended;
  }

  async #wasReceived(signal: AbortSignal): Promise<boolean> {
    if (this.#offsets[1] + this.#offsets[2] > 0) return true;
    const argv = ["sh", "-c", '[ -e "$0" ]', `${this.#folder}/${this.#name}.run`];
    const result = await execInside(this.#pod, HELPER, argv, signal);
    return result.kind === "ended" && result.exitCode === 0;
  }

  /** What the agent wrote last: `CODE`, or `CODE oom`. */
  async #readExit(signal: AbortSignal): Promise<ContainerEnd | undefined> {
    const result = await execInside(this.#pod, HELPER, ["cat", `${this.#folder}/${this.#name}.exit`], signal);
    if (result.kind !== "ended" || result.exitCode !== 0) return undefined;
    const [code = "", why] = result.stdout.trim().split(" ");
    return /^\d+$/.test(code) ? { exitCode: Number(code), oomKilled: why === "oom" } : undefined;
  }

  #counting(): OutputSink {
    return async (fd, chunk) => {
      await this.#sink(fd, chunk);
      this.#offsets[fd] += chunk.length;
    };
  }
}

/** Nobody can say whether it still runs. */
class GivenUp extends Error {}

/** The container has ended, and its script said nothing of its own end. */
class ContainerEnded extends Error {}

/** Never success without evidence. @source K-113 */
function noProof(container: string): ContainerEnd {
  return {
    exitCode: undefined,
    oomKilled: false,
    error: `container "${container}" has ended, and nothing says how its script did`,
  };
}
