import type { Readable } from "node:stream";
import type { ContainerView, PodView } from "./pod-view.ts";

/** What really happens in the fake's pods: containers of a real engine, or a script that only says what they would do. */
export interface ContainerRuntime {
  hasImage(image: string): Promise<boolean>;
  /** @param files content of a volume that comes from a ConfigMap or a Secret, by the volume's name. */
  openPod(pod: PodView, files: ReadonlyMap<string, ReadonlyMap<string, string>>): Promise<RuntimePod>;
}

export interface RuntimePod {
  readonly ip: string;
  /** @throws with the runtime's words when it cannot be started. */
  start(container: ContainerView, env: ReadonlyMap<string, string>): Promise<RuntimeContainer>;
  close(): Promise<void>;
}

export interface RuntimeContainer {
  readonly ended: Promise<RuntimeExit>;
  /** As the cluster hands it on; ends with the container when it is followed. */
  log(request: RuntimeLogRequest): Promise<AsyncIterable<Uint8Array>>;
  /** Resolves with the exit code. The input ends with the caller's connection. */
  exec(request: RuntimeExec): Promise<number>;
  /** TERM, at most so many seconds, KILL; resolves when it has ended. */
  stop(graceSeconds: number): Promise<void>;
}

export interface RuntimeExit {
  readonly exitCode: number;
  readonly oomKilled: boolean;
}

export interface RuntimeLogRequest {
  readonly follow: boolean;
  readonly timestamps: boolean;
  /** Epoch seconds. */
  readonly since: number | undefined;
  readonly signal: AbortSignal;
}

export interface RuntimeExec {
  readonly argv: readonly string[];
  readonly input: Readable | undefined;
  readonly output: (fd: 1 | 2, bytes: Uint8Array) => void | Promise<void>;
  readonly signal: AbortSignal;
}
