import type { Command } from "commander";
import type { CliContext } from "../cli-context.ts";
import { addPipelineOptions, type PipelineOptions } from "./pipeline-options.ts";

interface ConfigOptions extends PipelineOptions {
  readonly expandIncludes: boolean;
}

/** `outrigger config`: a pipeline file as GitLab sees it once all files are one; starts nothing. */
export function addConfigCommand(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  addPipelineOptions(
    program
      .command("config")
      .argument("[file]", "pipeline file")
      .description("print a .gitlab-ci.yml with its inputs, includes, references and extends worked out"),
  )
    .option("--merged", "all of it; what is printed when nothing else is said")
    .option("--no-expand-includes", "put in the inputs alone: includes, references and extends stay as they are")
    .action(async (file: string | undefined, options: ConfigOptions) => {
      const { printConfig } = await import("../print-config.ts");
      finish(await printConfig(context, { ...options, ...(file === undefined ? {} : { file }) }));
    });
}
