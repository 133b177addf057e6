import type { Duplex } from "node:stream";
import type { OutputSink } from "../../engine.ts";
import { FrameSplitter } from "./frames.ts";

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
    const splitter = new FrameSplitter();
    const chunks: AsyncIterator<unknown> = this.#socket[Symbol.asyncIterator]();
    try {
      for (;;) {
        const chunk = await nextChunk(chunks);
        if (chunk === undefined) return;
        for (const { fd, bytes } of splitter.push(chunk)) {
          const taken = sink(fd, bytes);
          if (taken !== undefined) await taken;
        }
      }
    } finally {
      this.#socket.destroy();
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}

async function nextChunk(chunks: AsyncIterator<unknown>): Promise<Uint8Array | undefined> {
  try {
    const { done, value } = await chunks.next();
    return done !== true && value instanceof Uint8Array ? value : undefined;
  } catch {
    return undefined;
  }
}
