import { type Command, Option } from "commander";
import { UsageError } from "../../model/outrigger-error.ts";
import { parseDuration } from "../../text/duration.ts";

/** Collects a repeatable option. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** Options of every command that reads a pipeline file. */
export function addPipelineOptions(command: Command): Command {
  return command
    .option("-f, --file <path>", "pipeline file; found by its usual names here or above when left out")
    .option("--variable <name=value>", "set a variable; wins over the file's own (repeatable)", collect, [])
    .option("--env-file <path>", "read variables from a file of NAME=VALUE lines (repeatable)", collect, [])
    .addOption(
      new Option("--mask <name>", "hide this variable's value in every log (repeatable)")
        .argParser(collect)
        .default([]),
    );
}

export interface PipelineOptions {
  readonly file?: string;
  readonly variable: readonly string[];
  readonly envFile: readonly string[];
  readonly mask: readonly string[];
}

/** `30`, `30s`, `2m`; a negative number switches off. @throws UsageError for anything else. */
export function parseTimeoutMs(option: string, text: string): number {
  if (/^-\d+s?$/.test(text)) return -1;
  const seconds = parseDuration(text);
  if (seconds === undefined) {
    throw new UsageError(`${option} "${text}" is not a duration`, { hint: `for example ${option} 60s` });
  }
  return Math.round(seconds * 1000);
}
