import type { ExecResult } from "../../engine.ts";
import { ExecOutput } from "../../exec-output.ts";
import { KubernetesRefusal } from "../api/refusal.ts";
import { insist } from "./passing.ts";
import type { PodRun } from "./pod-run.ts";

/** How runtimes say in the command's own output that there was nothing to run. */
const NOT_RUN =
  /OCI runtime exec failed|OCI runtime attempted to invoke|OCI permission denied|executable file not found/;

/**
 * Runs a command in a container. A command that is not there, or a container that does not run, is a result.
 *
 * @param argv may run again, when the connection to it was lost.
 */
export async function execInside(
  pod: PodRun,
  container: string,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<ExecResult> {
  signal.throwIfAborted();
  try {
    return await insist(pod, signal, async () => await execOnce(pod, container, argv, signal));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof KubernetesRefusal && error.code !== "forbidden")
      return { kind: "not_run", detail: error.detail };
    // A container that ends takes its connections with it.
    if (!pod.isRunning(container)) return { kind: "not_run", detail: `container "${container}" has ended` };
    throw error;
  }
}

async function execOnce(
  pod: PodRun,
  container: string,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<ExecResult> {
  if (!pod.isRunning(container)) return { kind: "not_run", detail: `container "${container}" does not run` };
  const output = new ExecOutput();
  const session = await pod.exec({ container, argv, signal }, (fd, bytes) => output.add(fd, bytes));
  const end = await session.ended;
  return end.kind === "not_run" ? end : output.toResult(end.exitCode, NOT_RUN);
}
