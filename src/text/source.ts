/** Where something stands in a user's file. Lines and columns count from 1, columns in UTF-16 units. */
export interface SourcePosition {
  readonly line: number;
  readonly column: number;
}

/** A place in a file, for messages and "show in file" links. `file` is the path as the user knows it. */
export interface SourceSpan extends SourcePosition {
  readonly file: string;
}

/** `file:line:column`, the form editors and terminals make clickable. */
export function formatSource(at: SourceSpan): string {
  return `${at.file}:${at.line}:${at.column}`;
}
