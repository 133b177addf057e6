import type { Duplex } from "node:stream";
import type { OutputSink } from "../../engine.ts";
import { FrameSplitter, type OutputPiece } from "./frames.ts";
import { READ_BYTES } from "./one-buffer-agent.ts";

/**
 * When pieces follow each other sooner than this, the next read waits: one read of much costs hardly more than one of a few
 * bytes, on both ends of the connection.
 */
const REST_MS = 1;

/** A raw connection to a process in a container: its output, and its input when that was asked for. */
export class Attached {
  readonly #socket: Duplex;

  constructor(socket: Duplex) {
    this.#socket = socket;
  }

  /** Gives the whole input and closes it. A process that reads no further is no failure. */
  sendInput(text: string): void {
    this.#socket.end(text);
  }

  /**
   * Hands on the output until the process ends, waiting for the sink before it reads on.
   *
   * Also ends, without an error, when the connection breaks or {@link close} is called: how the process ended is for
   * others to ask. A sink that throws ends it with that error.
   */
  async copyOutput(sink: OutputSink): Promise<void> {
    const socket = this.#socket;
    const splitter = new FrameSplitter();
    const over = Promise.withResolvers<void>();
    let handing: Promise<void> | undefined;
    let resting: NodeJS.Timeout | undefined;
    const readOn = (): void => {
      if (handing === undefined && resting === undefined) socket.resume();
    };
    const take = (chunk: Uint8Array): void => {
      const waiting = handOver(splitter.push(chunk), sink);
      if (waiting !== undefined) {
        socket.pause();
        handing = waiting.then(() => {
          handing = undefined;
          readOn();
        });
        handing.catch(over.reject);
      }
      // A full buffer says that more is there already.
      if (resting !== undefined && chunk.length < READ_BYTES) socket.pause();
      resting ??= setTimeout(() => {
        resting = undefined;
        readOn();
      }, REST_MS);
    };
    socket.on("data", (chunk: Uint8Array) => {
      try {
        take(chunk);
      } catch (error) {
        over.reject(error);
      }
    });
    socket.on("end", over.resolve).on("close", over.resolve);
    if (socket.destroyed || socket.readableEnded) over.resolve();
    try {
      await over.promise;
      await handing;
    } finally {
      clearTimeout(resting);
      socket.destroy();
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}

function handOver(pieces: readonly OutputPiece[], sink: OutputSink): Promise<void> | undefined {
  for (const [n, { fd, bytes }] of pieces.entries()) {
    const taken = sink(fd, bytes);
    if (taken !== undefined) return taken.then(() => handOver(pieces.slice(n + 1), sink));
  }
  return undefined;
}
