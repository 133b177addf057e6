import type { OutputSink } from "../engines/engine.ts";
import { LastLines } from "../text/last-lines.ts";
import type { LineBlock } from "../text/line-block.ts";
import type { Mask } from "../trace/mask.ts";
import { createOutputStream } from "../trace/stream.ts";

/** A prompt without a line end is shown after this much silence. */
const SILENCE_MS = 500;

/** A container's output on its way to events: masked, cut into lines, its last lines kept. */
export interface LogStream {
  readonly sink: OutputSink;
  /** The last lines so far, oldest first. */
  readonly tail: () => readonly string[];
  /** Hands over what is left, an unfinished line too. */
  end(): void;
}

export interface LogStreamOptions {
  readonly mask: Mask;
  /** How many lines {@link LogStream.tail} keeps, at least 1. */
  readonly tailLines: number;
  readonly onLines: (fd: 1 | 2, block: LineBlock) => void;
  /** A promise while whoever takes the lines cannot keep up. */
  readonly pressure: () => Promise<void> | undefined;
}

export function openLogStream({ mask, tailLines, onLines, pressure }: LogStreamOptions): LogStream {
  const tail = new LastLines(tailLines);
  let isQuiet = true;
  const stream = createOutputStream({
    mask,
    pressure,
    onLines: (fd, block) => {
      tail.add(block);
      onLines(fd, block);
    },
  });
  const silence = setInterval(() => {
    if (isQuiet) stream.flush();
    isQuiet = true;
  }, SILENCE_MS);
  silence.unref();
  return {
    sink: (fd, chunk) => {
      isQuiet = false;
      return stream.sink(fd, chunk);
    },
    tail: () => tail.texts(),
    end: () => {
      clearInterval(silence);
      stream.end();
    },
  };
}
