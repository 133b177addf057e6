import type { ExecResult } from "../../engine.ts";
import { ExecOutput } from "../../exec-output.ts";
import type { DockerApi } from "../api/docker-api.ts";
import { DockerRefusal } from "../api/refusal.ts";

/** How Docker and Podman say in the command's own output that there was nothing to run. */
const NOT_RUN = /OCI runtime exec failed|OCI runtime attempted to invoke|OCI permission denied/;

/** Runs a command in a running container. A command that is not there, or a container that does not run, is a result. */
export async function execInside(
  api: DockerApi,
  container: string,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<ExecResult> {
  const output = new ExecOutput();
  try {
    const exitCode = await api.exec.run({ container, argv }, (fd, bytes) => output.add(fd, bytes), signal);
    return output.toResult(exitCode, NOT_RUN);
  } catch (error) {
    // A full disk or a broken engine is not the command's fault; the rest says that it could not be run here.
    if (error instanceof DockerRefusal && error.code !== "disk_full") return { kind: "not_run", detail: error.detail };
    throw error;
  }
}
