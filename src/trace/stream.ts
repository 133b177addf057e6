import { createLineSplitter, type LineSplitter } from "./lines.ts";
import { createMasker, type Mask, type Masker } from "./mask.ts";

export interface OutputStreamOptions {
  readonly mask: Mask;
  /** Gets each line with secrets hidden. */
  readonly onLine: (fd: 1 | 2, text: string) => void;
  /** Asked after each chunk: a promise says that whoever takes the lines cannot keep up. */
  readonly pressure?: () => Promise<void> | undefined;
}

/** One container's output on its way from bytes to events: masked, then cut into lines, each of its two streams alone. */
export interface OutputStream {
  /** Fits an engine's `OutputSink`; the chunk may be used again once it returned. */
  readonly sink: (fd: 1 | 2, chunk: Uint8Array) => void | Promise<void>;
  /** Hands out unfinished lines; what may be the start of a secret stays. Call it when the container has been silent. */
  flush(): void;
  /** Hands out everything; nothing may follow. */
  end(): void;
}

export function createOutputStream(options: OutputStreamOptions): OutputStream {
  const stdout = openChannel(1, options);
  const stderr = openChannel(2, options);
  return {
    sink(fd, chunk) {
      const { masker, splitter } = fd === 1 ? stdout : stderr;
      splitter.write(masker.write(chunk));
      return options.pressure?.();
    },
    flush() {
      stdout.splitter.flush();
      stderr.splitter.flush();
    },
    end() {
      for (const { masker, splitter } of [stdout, stderr]) {
        splitter.write(masker.end());
        splitter.end();
      }
    },
  };
}

function openChannel(fd: 1 | 2, options: OutputStreamOptions): { masker: Masker; splitter: LineSplitter } {
  return {
    masker: createMasker(options.mask),
    splitter: createLineSplitter((text) => options.onLine(fd, text)),
  };
}
