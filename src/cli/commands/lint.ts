import { type Command, Option } from "commander";
import type { CliContext } from "../cli-context.ts";
import { LINT_FORMATS, type LintFormat } from "../lint-reports/lint-format.ts";
import { addPipelineOptions, type PipelineOptions } from "./pipeline-options.ts";
import { addTrustOptions, type TrustOptions } from "./trust-options.ts";

interface LintOptions extends PipelineOptions, TrustOptions {
  readonly json?: string;
  readonly strict?: true;
  readonly format?: LintFormat;
}

/** `outrigger lint [FILE]`: says what is wrong with a pipeline file; starts nothing. */
export function addLintCommand(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  addTrustOptions(
    addPipelineOptions(
      program.command("lint").argument("[file]", "pipeline file").description("check a pipeline file"),
    ),
  )
    .addOption(
      new Option("--format <name>", "text; json; gitlab: a Code Quality report; sarif: SARIF 2.1.0").choices(
        LINT_FORMATS,
      ),
    )
    .option("--json [file]", "print the findings as one JSON object, as --format json does")
    .option("--strict", "warnings count as errors")
    .action(async (file: string | undefined, options: LintOptions) => {
      const { lint } = await import("../lint-file.ts");
      finish(await lint(context, { ...options, ...(file === undefined ? {} : { file }) }));
    });
}
