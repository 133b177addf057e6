/** A piece of a container's output; a frame that is cut on its way comes as several pieces. */
export interface OutputPiece {
  readonly fd: 1 | 2;
  readonly bytes: Uint8Array;
}

const HEAD_BYTES = 8;

/**
 * Takes apart the stream in which an engine mixes stdout and stderr: frames with a head of 8 bytes, of which byte 0 is the
 * stream (1 stdout, 2 stderr) and bytes 4 to 7 the length, big-endian. Chunks may be cut anywhere, inside a head too.
 * Payload is handed on as it comes, never collected. Frames of one stream that come together are one piece.
 */
export class FrameSplitter {
  readonly #head = new Uint8Array(HEAD_BYTES);
  #headBytes = 0;
  #fd: 1 | 2 = 1;
  #missingBytes = 0;

  /** @param chunk is used up: payload is moved over the heads between. */
  push(chunk: Uint8Array): OutputPiece[] {
    const pieces: OutputPiece[] = [];
    // What is in hand of one stream: chunk[from..to).
    let [fd, from, to] = [this.#fd, 0, 0];
    const handOver = (): void => {
      if (to > from) pieces.push({ fd, bytes: chunk.subarray(from, to) });
    };
    for (let at = 0; at < chunk.length; ) {
      if (this.#missingBytes === 0) at += this.#readHead(chunk, at);
      const end = Math.min(chunk.length, at + this.#missingBytes);
      if (this.#fd !== fd || to === from) {
        handOver();
        [fd, from, to] = [this.#fd, at, end];
      } else {
        chunk.copyWithin(to, at, end);
        to += end - at;
      }
      this.#missingBytes -= end - at;
      at = end;
    }
    handOver();
    return pieces;
  }

  /** @returns how many bytes of the chunk belong to the head. */
  #readHead(chunk: Uint8Array, at: number): number {
    const taken = Math.min(HEAD_BYTES - this.#headBytes, chunk.length - at);
    this.#head.set(chunk.subarray(at, at + taken), this.#headBytes);
    this.#headBytes += taken;
    if (this.#headBytes === HEAD_BYTES) {
      this.#headBytes = 0;
      this.#fd = this.#head[0] === 2 ? 2 : 1;
      this.#missingBytes = new DataView(this.#head.buffer).getUint32(4);
    }
    return taken;
  }
}
