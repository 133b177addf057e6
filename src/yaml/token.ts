/** What a piece of YAML is; spaces, comments and line ends are gone, what they tell is kept on the token behind them. */
export type TokenKind =
  | "plain"
  | "quoted"
  | "block-header"
  | "block-text"
  | "dash"
  | "colon"
  | "comma"
  | "map-start"
  | "map-end"
  | "seq-start"
  | "seq-end"
  | "alias"
  | "anchor"
  | "tag";

export interface Token {
  readonly kind: TokenKind;
  /** As it stands in the file, over several lines where it does. */
  readonly text: string;
  readonly offset: number;
  /** From 0. */
  readonly column: number;
  /** Nothing but spaces stands before it in its line. */
  readonly startsLine: boolean;
}

/** Thrown by the fast reader's two halves, and caught where they begin: the text needs the full parser. */
export class OutOfTheOrdinary extends Error {}

export function giveUp(): never {
  throw new OutOfTheOrdinary();
}
