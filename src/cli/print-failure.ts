import {
  EngineUnavailableError,
  ImageError,
  OutriggerError,
  PipelineFileError,
  UsageError,
} from "../model/outrigger-error.ts";
import { formatSource } from "../text/source.ts";
import { dropControls } from "../trace/control-sequences.ts";
import type { CliContext } from "./cli-context.ts";
import { EXIT } from "./exit-codes.ts";

/** One cause, one next step; a stack trace only for `--debug`. @returns the exit code that fits. */
export function printFailure(context: CliContext, error: unknown, isDebug: boolean): number {
  if (error instanceof OutriggerError) {
    const where = error.at === undefined ? "" : `${formatSource(error.at)}: `;
    context.stderr.write(`${dropControls(`${where}error: ${error.message}`)}\n`);
    if (error.hint !== undefined) context.stderr.write(`  try: ${dropControls(error.hint)}\n`);
  } else {
    const message = error instanceof Error ? error.message : String(error);
    context.stderr.write(
      `error: Outrigger failed: ${message}\n  try: run it again with --debug and report what it prints\n`,
    );
  }
  if (isDebug && error instanceof Error) context.stderr.write(`${withCauses(error)}\n`);
  return exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError || error instanceof PipelineFileError) return EXIT.invalid;
  if (error instanceof ImageError) return EXIT.imageFailed;
  if (error instanceof EngineUnavailableError || error instanceof OutriggerError) return EXIT.engineUnavailable;
  return EXIT.internal;
}

function withCauses(error: Error): string {
  const stack = error.stack ?? error.message;
  return error.cause instanceof Error ? `${stack}\ncaused by: ${withCauses(error.cause)}` : stack;
}
