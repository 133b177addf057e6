import type { ContainerPlan } from "../../model/job-plan.ts";
import type { ImageFailureReason } from "../../model/outrigger-error.ts";
import type { Clock } from "../../system/clock.ts";
import type { ImageHealthCheck } from "../engine.ts";

/** What the world around a fake engine is like. Whatever is left out is there and behaves well. */
export interface FakeWorld {
  readonly clock: Clock;
  /** By the reference as written; others are local, without ports, environment or health check. */
  readonly images?: ReadonlyMap<string, FakeImage>;
  /**
   * What a container does when it is started; `script` is what a step got on its standard input. Undefined: a service
   * listens on its image's ports until it is stopped, a step ends with 0.
   */
  readonly programFor?: (container: ContainerPlan, script: string | undefined) => FakeProgram | undefined;
}

export interface FakeImage {
  readonly isLocal?: boolean;
  /** The registry's answer, when it is asked. */
  readonly failure?: { readonly code: ImageFailureReason; readonly message: string };
  readonly pullMs?: number;
  readonly pullBytes?: number;
  readonly exposedTcpPorts?: readonly number[];
  readonly env?: ReadonlyMap<string, string>;
  readonly labels?: ReadonlyMap<string, string>;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly healthCheck?: ImageHealthCheck;
}

/** Runs until its exit code is known. A rejection is an end too: that of a process that was stopped, with 143. */
export type FakeProgram = (process: FakeProcess) => Promise<number>;

/** What a program sees of its container. */
export interface FakeProcess {
  readonly env: ReadonlyMap<string, string>;
  /** Files by absolute path: those below the workspace's mount path are the whole job's, others the container's own. */
  readonly files: FakeFiles;
  /** Aborted when the process is asked to end. */
  readonly stopped: AbortSignal;
  readonly print: (text: string, fd?: 1 | 2) => Promise<void>;
  /** From now on the port accepts connections; at 127.0.0.1 only those of its own name space. */
  listen(port: number, address?: string): void;
  /** Whether an address of the job accepts connections on a port. */
  readonly connects: (address: string, port: number) => boolean;
  /** @throws when the process is asked to end meanwhile. */
  sleep(ms: number): Promise<void>;
  /** Addresses of a host name, as the job's network has it. */
  readonly resolve: (hostName: string) => readonly string[];
  /** Its container is over from now on; what the program still does is its log on the way. */
  readonly leave: () => void;
  /** What `exec` of another party answers, by its argv; undefined: there is no such command. */
  answer(onExec: (argv: readonly string[]) => FakeExecAnswer | undefined): void;
}

export interface FakeExecAnswer {
  readonly exitCode: number;
  readonly stdout: string;
}

export interface FakeFiles {
  has(path: string): boolean;
  /** Empty without a text. */
  write(path: string, text?: string): void;
  read(path: string): string | undefined;
  /** Below a folder, sorted, relative to it. */
  list(folder: string): readonly string[];
}

/** A process that could not be started at all; thrown by a program before anything else. */
export class FakeStartFailure extends Error {
  readonly exitCode: number;
  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** A process that the kernel killed for its memory. */
export class FakeOutOfMemory extends Error {}
