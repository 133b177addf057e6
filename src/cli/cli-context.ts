import type { Config } from "../config/config.ts";
import type { Clock } from "../system/clock.ts";

/** What a command works with; a test gives its own. */
export interface CliContext {
  readonly config: Config;
  readonly version: string;
  /** Folder the person stands in. */
  readonly cwd: string;
  readonly clock: Clock;
  readonly stdout: PacedSink;
  readonly stderr: TextSink;
  /** Ends the process now, whatever is under way: for a person who asked three times. */
  exit(exitCode: number): void;
}

/** Where text goes, and what is known about the other end. */
export interface TextSink {
  write(text: string): void;
  readonly isTerminal: boolean;
  readonly columns: number | undefined;
}

/** One that may be given more than fits into memory. */
export interface PacedSink extends TextSink {
  /** Resolves when the other end has taken everything. @returns false when it takes nothing any more. */
  drained(): Promise<boolean>;
}
