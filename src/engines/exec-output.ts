import type { ExecResult } from "./engine.ts";

const MAX_OUTPUT_BYTES = 64 * 1024;

/** What a command in a container wrote: the beginning of each stream is kept, the rest passes. */
export class ExecOutput {
  readonly #streams = { 1: new CutText(), 2: new CutText() };

  add(fd: 1 | 2, bytes: Uint8Array): void {
    this.#streams[fd].add(bytes);
  }

  /** @param notRun how the runtime says, in the command's own output, that there was nothing to run. */
  toResult(exitCode: number, notRun: RegExp): ExecResult {
    const [stdout, stderr] = [this.#streams[1].toString(), this.#streams[2].toString()];
    const isRefused = (exitCode === 126 || exitCode === 127) && notRun.test(stdout + stderr);
    return isRefused
      ? { kind: "not_run", detail: (stdout + stderr).trim() }
      : { kind: "ended", exitCode, stdout, stderr };
  }
}

class CutText {
  readonly #chunks: Buffer[] = [];
  #room = MAX_OUTPUT_BYTES;

  add(bytes: Uint8Array): void {
    if (this.#room === 0) return;
    // A buffer's own `slice` copies nothing, and the bytes are borrowed.
    const kept = Buffer.from(bytes.subarray(0, this.#room));
    this.#chunks.push(kept);
    this.#room -= kept.length;
  }

  toString(): string {
    return Buffer.concat(this.#chunks).toString("utf8");
  }
}
