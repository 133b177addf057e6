import { type Command, Option } from "commander";
import { CONVERT_TARGETS, type ConvertTarget } from "../../convert/targets.ts";
import type { CliContext } from "../cli-context.ts";
import { addPipelineOptions, type PipelineOptions } from "./pipeline-options.ts";

interface ConvertOptions extends PipelineOptions {
  readonly to: ConvertTarget;
}

/** `outrigger convert --to TARGET [FILE]`: the file in another dialect, on stdout; starts nothing. */
export function addConvertCommand(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  addPipelineOptions(
    program
      .command("convert")
      .argument("[file]", "pipeline file")
      .description("print a pipeline file in another dialect")
      .addOption(new Option("--to <dialect>", "what to write").choices(CONVERT_TARGETS).makeOptionMandatory()),
  ).action(async (file: string | undefined, options: ConvertOptions) => {
    const { convert } = await import("../convert-file.ts");
    finish(await convert(context, { ...options, ...(file === undefined ? {} : { file }) }));
  });
}
