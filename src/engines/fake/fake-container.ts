import type { ContainerPlan } from "../../model/job-plan.ts";
import type { Clock } from "../../system/clock.ts";
import type { ContainerEnd, ExecResult, OutputSink } from "../engine.ts";
import type { FakeFileSystem } from "./fake-files.ts";
import { FakeOutOfMemory, type FakeProcess, type FakeProgram, FakeStartFailure } from "./fake-world.ts";

export interface FakeContainerTools {
  readonly clock: Clock;
  readonly files: FakeFileSystem;
  readonly env: ReadonlyMap<string, string>;
  readonly resolve: (hostName: string) => readonly string[];
  /** Whether the container reaches a port at an address of the job; 127.0.0.1 is its own name space. */
  readonly connects: (from: FakeContainer, address: string, port: number) => boolean;
}

interface FakeRun {
  readonly ended: Promise<ContainerEnd>;
  readonly term: AbortController;
  readonly kill: AbortController;
}

/** A container of the fake engine: a program that runs, and what others see of it. */
export class FakeContainer {
  readonly name: string;
  readonly address: string;
  readonly hostNames: readonly string[];
  readonly plan: ContainerPlan;
  readonly #tools: FakeContainerTools;
  /** Ports it listens on, and whether others reach them. */
  readonly #ports = new Map<number, { readonly isPublic: boolean }>();
  #onExec: Parameters<FakeProcess["answer"]>[0] = () => undefined;
  #run: FakeRun | undefined;
  #hasLeft = false;

  constructor(
    plan: ContainerPlan,
    identity: { readonly name: string; readonly address: string; readonly hostNames: readonly string[] },
    tools: FakeContainerTools,
  ) {
    this.plan = plan;
    this.name = identity.name;
    this.address = identity.address;
    this.hostNames = identity.hostNames;
    this.#tools = tools;
  }

  get isRunning(): boolean {
    return this.#run !== undefined && !this.#hasLeft;
  }

  /** @param from `inside`: from its own name space, where 127.0.0.1 is the same machine. */
  accepts(port: number, from: "inside" | "outside"): boolean {
    const listening = this.isRunning ? this.#ports.get(port) : undefined;
    return listening !== undefined && (from === "inside" || listening.isPublic);
  }

  exec(argv: readonly string[]): ExecResult {
    const answer = this.isRunning ? this.#onExec(argv) : undefined;
    if (answer === undefined) return { kind: "not_run", detail: `no command "${argv[0] ?? ""}" in "${this.name}"` };
    return { kind: "ended", stderr: "", ...answer };
  }

  start(program: FakeProgram, output: OutputSink): Promise<ContainerEnd> {
    this.#hasLeft = false;
    const [term, kill] = [new AbortController(), new AbortController()];
    const ended = this.#execute(program, output, term.signal, kill.signal).finally(() => {
      this.#run = undefined;
      this.#ports.clear();
    });
    this.#run = { ended, term, kill };
    return ended;
  }

  async stop(graceMs: number): Promise<void> {
    const run = this.#run;
    if (run === undefined) return;
    if (graceMs > 0) {
      run.term.abort();
      const patience = new AbortController();
      const late = this.#tools.clock.sleep(graceMs, patience.signal).catch(() => undefined);
      await Promise.race([run.ended, late]);
      patience.abort();
    }
    run.kill.abort();
    await run.ended;
  }

  async #execute(
    program: FakeProgram,
    output: OutputSink,
    term: AbortSignal,
    kill: AbortSignal,
  ): Promise<ContainerEnd> {
    const killed = new Promise<ContainerEnd>((resolve) => {
      kill.addEventListener("abort", () => resolve({ exitCode: 137, oomKilled: false }), { once: true });
    });
    return await Promise.race([this.#toEnd(program, this.#toProcess(output, term, kill)), killed]);
  }

  async #toEnd(program: FakeProgram, process: FakeProcess): Promise<ContainerEnd> {
    try {
      return { exitCode: await program(process), oomKilled: false };
    } catch (error) {
      if (error instanceof FakeStartFailure) {
        return { exitCode: error.exitCode, oomKilled: false, error: error.message };
      }
      if (error instanceof FakeOutOfMemory) return { exitCode: 137, oomKilled: true };
      if (process.stopped.aborted) return { exitCode: 143, oomKilled: false };
      throw error;
    }
  }

  #toProcess(output: OutputSink, term: AbortSignal, kill: AbortSignal): FakeProcess {
    const { clock, files, env, resolve, connects } = this.#tools;
    const ending = AbortSignal.any([term, kill]);
    return {
      env,
      files,
      resolve,
      stopped: ending,
      print: async (text, fd = 1) => {
        if (!kill.aborted) await output(fd, Buffer.from(text));
      },
      listen: (port, address) => {
        this.#ports.set(port, { isPublic: address !== "127.0.0.1" });
      },
      connects: (address, port) => connects(this, address, port),
      sleep: (ms) => clock.sleep(ms, ending),
      leave: () => {
        this.#hasLeft = true;
      },
      answer: (onExec) => {
        this.#onExec = onExec;
      },
    };
  }
}
