import type { ExecResult } from "../../engine.ts";
import { ExecOutput } from "../../exec-output.ts";
import type { ExecEnd } from "../api/exec.ts";
import { KubernetesRefusal } from "../api/refusal.ts";
import type { PodRun } from "./pod-run.ts";

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
  const output = new ExecOutput();
  let end: ExecEnd;
  try {
    const session = await pod.exec({ container, argv, signal }, (fd, bytes) => output.add(fd, bytes));
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
  return output.toResult(end.exitCode, NOT_RUN);
}
