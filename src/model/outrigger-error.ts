import type { SourceSpan } from "../text/source.ts";

export interface OutriggerErrorOptions {
  readonly hint?: string;
  readonly at?: SourceSpan;
  readonly cause?: unknown;
}

/** Base of every error a user may see: what happened, where, and what to do about it. */
export abstract class OutriggerError extends Error {
  /** Stable, for scripts and tests: `image_not_found`. Messages may change, codes may not. */
  abstract readonly code: string;
  /** The next thing to try, as one sentence or one command. */
  readonly hint: string | undefined;
  readonly at: SourceSpan | undefined;

  constructor(message: string, options: OutriggerErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = new.target.name;
    this.hint = options.hint;
    this.at = options.at;
  }
}

/** The command line is wrong. Exit code 2. */
export class UsageError extends OutriggerError {
  override readonly code = "usage";
}

/** A pipeline file cannot be read at all: missing, a folder, too large. Exit code 2. */
export class PipelineFileError extends OutriggerError {
  override readonly code = "pipeline_file";
}

/** The daemon or the cluster cannot be reached, or went away. Exit code 6. */
export class EngineUnavailableError extends OutriggerError {
  override readonly code = "engine_unavailable";
}

/** The engine answered, but could not do what was asked: disk full, no subnet left, a device that does not exist. */
export class EngineFailureError extends OutriggerError {
  override readonly code: string;
  constructor(code: string, message: string, options: OutriggerErrorOptions = {}) {
    super(message, options);
    this.code = code;
  }
}

export type ImageFailureReason =
  | "image_not_found"
  | "image_denied"
  | "image_rate_limited"
  | "image_registry_unreachable"
  | "image_not_local"
  | "image_invalid"
  | "image_pull_failed";

/** An image could not be had. Exit code 4. */
export class ImageError extends OutriggerError {
  override readonly code: ImageFailureReason;
  readonly image: string;
  constructor(code: ImageFailureReason, image: string, message: string, options: OutriggerErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.image = image;
  }
}
