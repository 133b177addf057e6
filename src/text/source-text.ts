import type { SourceSpan } from "./source.ts";

/** A file's text with its line starts, so that an offset becomes a line and a column when a message needs them. */
export interface SourceText {
  /** As the user knows it. */
  readonly file: string;
  /** Without byte order mark, lines end in `\n`. Offsets count in this text; lines and columns are those of the file. */
  readonly text: string;
  readonly lineStarts: readonly number[];
}

export function toSourceText(file: string, content: string): SourceText {
  const text = withoutByteOrderMark(content).replaceAll("\r\n", "\n");
  const lineStarts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lineStarts.push(at + 1);
  return { file, text, lineStarts };
}

export function spanAt(source: SourceText, offset: number): SourceSpan {
  const line = lineIndexOf(source.lineStarts, offset);
  return { file: source.file, line: line + 1, column: offset - (source.lineStarts[line] ?? 0) + 1 };
}

/** Index of the last line that starts at or before the offset. */
function lineIndexOf(lineStarts: readonly number[], offset: number): number {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function withoutByteOrderMark(content: string): string {
  return content.startsWith("\uFEFF") ? content.slice(1) : content;
}
