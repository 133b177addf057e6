import type { LineBlock } from "../text/line-block.ts";
import { createLineSplitter, type LineSplitter } from "./lines.ts";
import { createMasker, type Mask, type Masker } from "./mask.ts";
import { createTokenMasker } from "./mask-tokens.ts";

export interface OutputStreamOptions {
  readonly mask: Mask;
  /** Gets the lines with secrets hidden, as many as there are. */
  readonly onLines: (fd: 1 | 2, block: LineBlock) => void;
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
      const { masker, tokenMasker, splitter } = fd === 1 ? stdout : stderr;
      splitter.write(tokenMasker.write(masker.write(chunk)));
      return options.pressure?.();
    },
    flush() {
      stdout.splitter.flush();
      stderr.splitter.flush();
    },
    end() {
      for (const { masker, tokenMasker, splitter } of [stdout, stderr]) {
        splitter.write(tokenMasker.write(masker.end()));
        splitter.write(tokenMasker.end());
        splitter.end();
      }
    },
  };
}

/** @source GS-1001: first the secrets we know, then what looks like one. */
interface Channel {
  readonly masker: Masker;
  readonly tokenMasker: Masker;
  readonly splitter: LineSplitter;
}

function openChannel(fd: 1 | 2, options: OutputStreamOptions): Channel {
  return {
    masker: createMasker(options.mask),
    tokenMasker: createTokenMasker(options.mask.tokens),
    splitter: createLineSplitter((block) => options.onLines(fd, block)),
  };
}
