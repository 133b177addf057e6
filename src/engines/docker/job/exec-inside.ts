import type { ExecResult } from "../../engine.ts";
import type { DockerApi } from "../api/docker-api.ts";
import { DockerRefusal } from "../api/refusal.ts";

const MAX_OUTPUT_BYTES = 64 * 1024;

/** How Docker and Podman say in the command's own output that there was nothing to run. */
const NOT_RUN = /OCI runtime exec failed|OCI runtime attempted to invoke|OCI permission denied/;

/** Runs a command in a running container. A command that is not there, or a container that does not run, is a result. */
export async function execInside(
  api: DockerApi,
  container: string,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<ExecResult> {
  const streams = { 1: new CutText(), 2: new CutText() };
  try {
    const exitCode = await api.exec.run({ container, argv }, (fd, bytes) => streams[fd].add(bytes), signal);
    const [stdout, stderr] = [streams[1].toString(), streams[2].toString()];
    const isRefused = (exitCode === 126 || exitCode === 127) && NOT_RUN.test(stdout + stderr);
    return isRefused
      ? { kind: "not_run", detail: (stdout + stderr).trim() }
      : { kind: "ended", exitCode, stdout, stderr };
  } catch (error) {
    // A full disk or a broken engine is not the command's fault; the rest says that it could not be run here.
    if (error instanceof DockerRefusal && error.code !== "disk_full") return { kind: "not_run", detail: error.detail };
    throw error;
  }
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
