import type { ExecResult } from "../../engine.ts";
import type { ExecEnd } from "../api/exec.ts";
import { KubernetesRefusal } from "../api/refusal.ts";
import type { PodRun } from "./pod-run.ts";

const MAX_OUTPUT_BYTES = 64 * 1024;

/** How runtimes say in the command's own output that there was nothing to run. */
const NOT_RUN =
  /OCI runtime exec failed|OCI runtime attempted to invoke|OCI permission denied|executable file not found/;

/** Runs a command in a container. A command that is not there, or a container that does not run, is a result. */
export async function execInside(
  pod: PodRun,
  container: string,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<ExecResult> {
  signal.throwIfAborted();
  if (!pod.isRunning(container)) return { kind: "not_run", detail: `container "${container}" does not run` };
  const streams = { 1: new CutText(), 2: new CutText() };
  let end: ExecEnd;
  try {
    const session = await pod.exec({ container, argv, signal }, (fd, bytes) => streams[fd].add(bytes));
    end = await session.ended;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof KubernetesRefusal && error.code !== "forbidden")
      return { kind: "not_run", detail: error.detail };
    // A container that ends takes its connections with it.
    if (!pod.isRunning(container)) return { kind: "not_run", detail: `container "${container}" has ended` };
    throw error;
  }
  if (end.kind === "not_run") return end;
  const [stdout, stderr] = [streams[1].toString(), streams[2].toString()];
  const isRefused = (end.exitCode === 126 || end.exitCode === 127) && NOT_RUN.test(stdout + stderr);
  return isRefused
    ? { kind: "not_run", detail: (stdout + stderr).trim() }
    : { kind: "ended", exitCode: end.exitCode, stdout, stderr };
}

/** Keeps the beginning of a stream and lets the rest pass. */
class CutText {
  readonly #chunks: Uint8Array[] = [];
  #room = MAX_OUTPUT_BYTES;

  add(bytes: Uint8Array): void {
    if (this.#room === 0) return;
    const kept = bytes.slice(0, this.#room);
    this.#chunks.push(kept);
    this.#room -= kept.length;
  }

  toString(): string {
    return Buffer.concat(this.#chunks).toString("utf8");
  }
}
