import type { Command } from "commander";
import type { CliContext } from "../cli-context.ts";
import { addPipelineOptions, type PipelineOptions } from "./pipeline-options.ts";
import { addTrustOptions, type TrustOptions } from "./trust-options.ts";

interface LintOptions extends PipelineOptions, TrustOptions {
  readonly json?: string;
  readonly strict?: true;
}

/** `outrigger lint [FILE]`: says what is wrong with a pipeline file; starts nothing. */
export function addLintCommand(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  addTrustOptions(
    addPipelineOptions(
      program.command("lint").argument("[file]", "pipeline file").description("check a pipeline file"),
    ),
  )
    .option("--json [file]", "print the findings as one JSON object")
    .option("--strict", "warnings count as errors")
    .action(async (file: string | undefined, options: LintOptions) => {
      const { lint } = await import("../lint-file.ts");
      finish(await lint(context, { ...options, ...(file === undefined ? {} : { file }) }));
    });
}
