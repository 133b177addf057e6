import { connect, type Socket } from "node:net";
import type { EngineEndpoint } from "../endpoint.ts";

const { Agent } = process.getBuiltinModule("node:http");

/** The most that one read brings. */
export const READ_BYTES = 65_536;

/**
 * Opens one connection that is going to be a raw one. All it reads comes in one and the same buffer: a new one for each
 * read, as streams have it, takes more time than all the rest of reading.
 */
export class OneBufferAgent extends Agent {
  readonly #endpoint: EngineEndpoint;
  /** HTTP is over. What `data` listeners get from now on is overwritten when they return, unless they pause the connection. */
  isRaw = false;

  constructor(endpoint: EngineEndpoint) {
    super();
    this.#endpoint = endpoint;
  }

  override createConnection(): Socket {
    const buffer = new Uint8Array(READ_BYTES);
    const onread = { buffer, callback: (count: number): boolean => this.#handOn(socket, buffer.subarray(0, count)) };
    const endpoint = this.#endpoint;
    const address =
      endpoint.kind === "unix" ? { path: endpoint.socketPath } : { host: endpoint.host, port: endpoint.port };
    const socket: Socket = connect({ ...address, onread });
    return socket;
  }

  /** @returns false to stop reading: nobody listens yet, so the bytes wait in the stream. */
  #handOn(socket: Socket, bytes: Uint8Array): boolean {
    if (this.isRaw && socket.listenerCount("data") > 0) return socket.emit("data", bytes);
    const kept = Buffer.from(bytes);
    if (socket.emit("data", kept)) return true;
    socket.push(kept);
    return false;
  }
}
