import { type FileHandle, open } from "node:fs/promises";
import type { ByteRoom } from "../text/byte-room.ts";

const CHUNK_BYTES = 1_048_576;
/** With this many full chunks in memory, who appends is asked to wait. */
const MAX_CHUNKS = 2;
/** What was written is on its way to the disk after this time at the latest, for whoever follows the file. */
const FLUSH_AFTER_MS = 200;

/**
 * Appends to a file that is made with the first write. Memory is bounded as long as the caller heeds
 * {@link BufferedFile.pressure}. The first failure is reported; from then on everything is dropped.
 */
export class BufferedFile implements ByteRoom {
  readonly #path: string;
  readonly #onFailure: (error: unknown) => void;
  #chunk: Buffer | undefined;
  #used = 0;
  readonly #full: Buffer[] = [];
  /** Chunks that were written and may be filled again: memory that is given back comes back only much later. */
  readonly #spares: Buffer[] = [];
  #handle: FileHandle | undefined;
  #writing: Promise<void> | undefined;
  #drained: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isBroken = false;

  constructor(path: string, onFailure: (error: unknown) => void) {
    this.#path = path;
    this.#onFailure = onFailure;
  }

  append(text: string): void {
    const length = Buffer.byteLength(text);
    this.reserve(length).write(text, this.#used);
    this.use(length);
  }

  get at(): number {
    return this.#used;
  }

  reserve(length: number): Buffer {
    if (this.#chunk !== undefined && this.#used + length > this.#chunk.length) this.#finishChunk();
    this.#chunk ??= length > CHUNK_BYTES ? Buffer.allocUnsafeSlow(length) : this.#newChunk();
    return this.#chunk;
  }

  use(length: number): void {
    this.#used += length;
    if (this.#isBroken) this.#used = 0;
    else if (this.#full.length > 0) this.#startWriting();
    else this.#timer ??= setTimeout(() => this.#flush(), FLUSH_AFTER_MS).unref();
  }

  /** The same promise until there is room again; undefined while there is. */
  pressure(): Promise<void> | undefined {
    if (this.#full.length < MAX_CHUNKS) return undefined;
    this.#drained ??= Promise.withResolvers<void>();
    return this.#drained.promise;
  }

  /** Everything is on the disk, or lost and reported, when it resolves. Nothing may be appended afterwards. */
  async close(): Promise<void> {
    this.#flush();
    while (this.#writing !== undefined) await this.#writing;
    await this.#handle?.close();
    this.#handle = undefined;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#used > 0) this.#finishChunk();
    if (this.#full.length > 0) this.#startWriting();
  }

  #newChunk(): Buffer {
    return this.#spares.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
  }

  #finishChunk(): void {
    if (this.#chunk !== undefined && !this.#isBroken) this.#full.push(this.#chunk.subarray(0, this.#used));
    this.#chunk = undefined;
    this.#used = 0;
  }

  #startWriting(): void {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
      if (this.#full.length > 0) this.#startWriting();
    });
  }

  async #write(): Promise<void> {
    try {
      this.#handle ??= await open(this.#path, "a", 0o600);
      for (let chunk = this.#full[0]; chunk !== undefined; chunk = this.#full[0]) {
        for (let at = 0; at < chunk.length; ) at += (await this.#handle.write(chunk, at)).bytesWritten;
        this.#full.shift();
        if (chunk.buffer.byteLength === CHUNK_BYTES) this.#spares.push(Buffer.from(chunk.buffer));
        this.#release();
      }
    } catch (error) {
      this.#isBroken = true;
      this.#full.length = 0;
      this.#used = 0;
      this.#release();
      this.#onFailure(error);
    }
  }

  #release(): void {
    if (this.#full.length >= MAX_CHUNKS) return;
    this.#drained?.resolve();
    this.#drained = undefined;
  }
}
