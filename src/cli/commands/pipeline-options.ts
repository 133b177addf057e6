import { type Command, Option } from "commander";
import { UsageError } from "../../model/outrigger-error.ts";
import { parseDuration } from "../../text/duration.ts";
import { addEventOptions, type EventOptions } from "./event-options.ts";

/** Collects a repeatable option. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** Options of every command that reads a pipeline file. */
export function addPipelineOptions(command: Command): Command {
  return addEventOptions(command)
    .option("-f, --file <path>", "pipeline file; found by its usual names here or above when left out")
    .option("--variable <name=value>", "set a variable; wins over the file's own (repeatable)", collect, [])
    .option("--env-file <path>", "read variables from a file of NAME=VALUE lines (repeatable)", collect, [])
    .addOption(
      new Option("--mask <name>", "hide this variable's value in every log (repeatable)")
        .argParser(collect)
        .default([]),
    )
    .option(
      "--dialect <id>",
      "read the file as gitlab, drone-0.3, drone-0.4, drone-0.5, drone-0.8, drone-1 or woodpecker",
    )
    .addOption(
      new Option("--secret-file <path>", "read secrets from a file of NAME=VALUE lines (repeatable)")
        .argParser(collect)
        .default([]),
    )
    .addOption(
      new Option("--input <name=value>", "value of an input that the file's header declares (repeatable)")
        .argParser(collect)
        .default([]),
    )
    .addOption(
      new Option("--input-file <path>", "read inputs from a YAML file of NAME: VALUE (repeatable)")
        .argParser(collect)
        .default([]),
    )
    .addOption(
      new Option("--job-input <job.name=value>", "value of an input that a job declares (repeatable)")
        .argParser(collect)
        .default([]),
    )
    .option("--offline", "fetch no included file; take what was kept from the last time")
    .addOption(
      new Option("--include-project <name=place>", "where an included project is: a folder, or an address for git")
        .argParser(collect)
        .default([]),
    )
    .option("--templates <place>", "where GitLab's templates are: a folder, or the beginning of an address")
    .option("--allow-private-includes", "let remote includes come from private networks")
    .addOption(
      new Option(
        "--network <mode>",
        "shared: services at localhost; bridge: by name; auto: as the file's dialect has it",
      ).choices(["shared", "bridge", "auto"]),
    )
    .option("--deliver", "run publish, deploy and notify of Drone 0.4 files too");
}

export interface PipelineOptions extends EventOptions {
  readonly file?: string;
  readonly variable: readonly string[];
  readonly envFile: readonly string[];
  readonly mask: readonly string[];
  readonly dialect?: string;
  readonly secretFile?: readonly string[];
  readonly input?: readonly string[];
  readonly inputFile?: readonly string[];
  readonly jobInput?: readonly string[];
  readonly offline?: true;
  readonly includeProject?: readonly string[];
  readonly templates?: string;
  readonly allowPrivateIncludes?: true;
  readonly network?: "shared" | "bridge" | "auto";
  readonly deliver?: true;
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
