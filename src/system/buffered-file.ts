import { type FileHandle, open } from "node:fs/promises";

/** Text is turned into bytes in pieces of at least this many characters, or it would cost more than the writing. */
const PIECE_LENGTH = 16_384;
const CHUNK_BYTES = 262_144;
/** With this many full chunks in memory, who appends is asked to wait. */
const MAX_CHUNKS = 4;
/** Text is on its way to the disk after this time at the latest, for whoever follows the file. */
const FLUSH_AFTER_MS = 200;

const encoder = new TextEncoder();

/**
 * Appends text to a file that is made with the first write. Memory is bounded as long as the caller heeds
 * {@link BufferedFile.pressure}. The first failure is reported; from then on everything is dropped.
 */
export class BufferedFile {
  readonly #path: string;
  readonly #onFailure: (error: unknown) => void;
  #text = "";
  #chunk: Buffer | undefined;
  #used = 0;
  readonly #full: Buffer[] = [];
  /** A chunk that was written and may be filled again: memory that is given back comes back only much later. */
  #spare: Buffer | undefined;
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
    if (this.#isBroken) return;
    this.#text += text;
    if (this.#text.length >= PIECE_LENGTH) this.#encode();
    if (this.#full.length > 0) this.#startWriting();
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
    if (this.#text !== "") this.#encode();
    if (this.#used > 0) this.#finishChunk();
    if (this.#full.length > 0) this.#startWriting();
  }

  #encode(): void {
    let text = this.#text;
    this.#text = "";
    while (text !== "") {
      this.#chunk ??= this.#newChunk();
      const { read, written } = encoder.encodeInto(text, this.#chunk.subarray(this.#used));
      this.#used += written;
      text = text.slice(read);
      if (text !== "") this.#finishChunk();
    }
  }

  #newChunk(): Buffer {
    const chunk = this.#spare ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.#spare = undefined;
    return chunk;
  }

  #finishChunk(): void {
    if (this.#chunk !== undefined) this.#full.push(this.#chunk.subarray(0, this.#used));
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
        this.#spare ??= Buffer.from(chunk.buffer);
        this.#release();
      }
    } catch (error) {
      this.#isBroken = true;
      this.#full.length = 0;
      this.#text = "";
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
