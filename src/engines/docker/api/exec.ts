import type { OutputSink } from "../../engine.ts";
import { toNumber, toRecord, toText } from "../../json.ts";
import { Attached } from "./attached.ts";
import type { Transport } from "./transport.ts";

export interface ExecApi {
  /**
   * Runs a command in a running container, output to the sink, and resolves with its exit code.
   *
   * 126 and 127 also say that the command could not be started: some engines refuse then ({@link DockerRefusal}), others
   * write their words into the output.
   */
  run(command: ExecCommand, output: OutputSink, signal: AbortSignal): Promise<number>;
}

export interface ExecCommand {
  readonly container: string;
  readonly argv: readonly string[];
  /** The container's own user when left out. */
  readonly user?: string;
}

export function execApi(transport: Transport): ExecApi {
  return {
    async run({ container, argv, user }, output, signal) {
      const path = `/containers/${encodeURIComponent(container)}/exec`;
      const body = { Cmd: argv, AttachStdout: true, AttachStderr: true, ...(user === undefined ? {} : { User: user }) };
      const id = toText(toRecord(await transport.send({ method: "POST", path, body, signal }))["Id"]) ?? "";
      await start(transport, id, output, signal);
      const info = toRecord(await transport.send({ method: "GET", path: `/exec/${id}/json`, signal }));
      return toNumber(info["ExitCode"]) ?? 0;
    },
  };
}

async function start(transport: Transport, id: string, output: OutputSink, signal: AbortSignal): Promise<void> {
  const body = { Detach: false, Tty: false };
  const attached = new Attached(await transport.hijack({ method: "POST", path: `/exec/${id}/start`, body, signal }));
  const close = (): void => attached.close();
  signal.addEventListener("abort", close);
  try {
    await attached.copyOutput(output);
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener("abort", close);
  }
}
