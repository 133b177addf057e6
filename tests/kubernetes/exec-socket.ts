import type { IncomingMessage } from "node:http";
import { createRequire } from "node:module";
import { type Duplex, PassThrough } from "node:stream";
import type { RuntimeContainer } from "./container-runtime.ts";

/** What we use of the WebSocket server that comes with the library for Kubernetes. */
interface ServerSocket {
  readonly protocol: string;
  on(event: "message", listener: (data: unknown) => void): void;
  on(event: "close" | "error", listener: () => void): void;
  send(data: Uint8Array, done: (error?: Error) => void): void;
  close(): void;
  terminate(): void;
}

interface SocketServer {
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, done: (socket: ServerSocket) => void): void;
}

interface Library {
  readonly WebSocketServer: new (options: {
    readonly noServer: true;
    readonly handleProtocols: (offered: ReadonlySet<string>) => string | false;
  }) => SocketServer;
}

/** A stream of its own in `v5`: the one that it names has ended. */
const CLOSE = 255;
const STATUS = 3;

/** @param protocols those that the server speaks. */
export function createSocketServer(protocols: () => readonly string[]): SocketServer {
  const library: Library = createRequire(import.meta.resolve("@kubernetes/client-node"))("ws");
  return new library.WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => protocols().find((protocol) => offered.has(protocol)) ?? false,
  });
}

export interface ExecCall {
  readonly container: RuntimeContainer;
  readonly argv: readonly string[];
  readonly hasInput: boolean;
  /** Break the connection after so many bytes of output. */
  readonly cutAfterBytes: number | undefined;
}

/** Runs a command as the connection asks for it, and tells its end as a real server does. */
export async function serveExec(socket: ServerSocket, call: ExecCall): Promise<void> {
  const over = new AbortController();
  const input = call.hasInput ? new PassThrough() : undefined;
  socket.on("message", (data) => {
    if (!(data instanceof Buffer)) return;
    if (data[0] === 0) input?.write(data.subarray(1));
    if (data[0] === CLOSE && socket.protocol.startsWith("v5")) input?.end();
  });
  socket.on("error", () => undefined);
  socket.on("close", () => {
    input?.end();
    over.abort(new Error("the client has gone"));
  });
  let left = call.cutAfterBytes ?? Number.POSITIVE_INFINITY;
  const send = async (channel: number, bytes: Uint8Array): Promise<void> => {
    await new Promise<void>((resolve) => socket.send(Buffer.concat([Buffer.of(channel), bytes]), () => resolve()));
  };
  // So a real server tells that the command runs.
  await send(1, Buffer.alloc(0));
  const output = async (fd: 1 | 2, bytes: Uint8Array): Promise<void> => {
    await send(fd, bytes.subarray(0, left));
    left -= bytes.length;
    if (left <= 0) socket.terminate();
  };
  if (left <= 0) socket.terminate();
  const { argv } = call;
  const status = await call.container.exec({ argv, input, output, signal: over.signal }).then(toStatus, toFailure);
  if (over.signal.aborted) return;
  await send(STATUS, Buffer.from(JSON.stringify(status)));
  socket.close();
}

function toStatus(exitCode: number): object {
  if (exitCode === 0) return { metadata: {}, status: "Success" };
  return {
    metadata: {},
    status: "Failure",
    message: `command terminated with non-zero exit code: error executing command, exit code ${exitCode}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(exitCode) }] },
  };
}

function toFailure(error: unknown): object {
  const message = `error executing command in container: ${error instanceof Error ? error.message : String(error)}`;
  return { metadata: {}, status: "Failure", message, reason: "InternalError" };
}
