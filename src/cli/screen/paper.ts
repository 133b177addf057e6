import type { TextSink } from "../cli-context.ts";

/** A flood of lines is written in pieces of this size, not line by line. */
const MAX_PENDING = 32_768;

export interface PaperOptions {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** Both streams end on one terminal; without it there is never a live block. */
  readonly canMoveCursor: boolean;
}

/** Text that scrolls by on two streams, and under it a block of lines that is replaced in place. */
export interface Paper {
  /** Shown with the next {@link redraw}, or when much has come together. Whole lines only. */
  print(stream: "stdout" | "stderr", text: string): void;
  /** Shows all that was printed, then this block instead of the one before; an empty one takes it away. */
  redraw(block: readonly string[]): void;
}

export function openPaper({ stdout, stderr, canMoveCursor }: PaperOptions): Paper {
  const sinks = { stdout, stderr };
  let pending: { stream: "stdout" | "stderr"; text: string }[] = [];
  let pendingLength = 0;
  let shownBlock = "";
  let shownHeight = 0;

  const eraseBlock = (): void => {
    if (shownHeight === 0) return;
    // Back to the block's first line, then erase down to the end of the screen.
    stderr.write(`\r\x1b[${shownHeight}A\x1b[J`);
    shownBlock = "";
    shownHeight = 0;
  };
  const flush = (): void => {
    if (pending.length === 0) return;
    eraseBlock();
    for (const { stream, text } of pending) sinks[stream].write(text);
    pending = [];
    pendingLength = 0;
  };
  return {
    print(stream, text) {
      const last = pending.at(-1);
      if (last?.stream === stream) last.text += text;
      else pending.push({ stream, text });
      pendingLength += text.length;
      if (pendingLength > MAX_PENDING) flush();
    },
    redraw(block) {
      flush();
      const text = canMoveCursor ? block.map((line) => `${line}\n`).join("") : "";
      if (text === shownBlock) return;
      eraseBlock();
      if (text !== "") stderr.write(text);
      shownBlock = text;
      shownHeight = text === "" ? 0 : block.length;
    },
  };
}
