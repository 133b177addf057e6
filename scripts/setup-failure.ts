/** Set-up cannot go on, and the user can do something about it: one cause, one next step. */
export class SetupFailure extends Error {
  readonly hint: string;
  /** As the product's: 4 for images, 6 for the engine. */
  readonly exitCode: 4 | 6;

  constructor(exitCode: 4 | 6, message: string, hint: string) {
    super(message);
    this.exitCode = exitCode;
    this.hint = hint;
  }
}

/** One line for a person about something that is being done. */
export type Say = (line: string) => void;
