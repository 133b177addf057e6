import type { Command } from "commander";
import type { CliContext } from "../cli-context.ts";
import { addPipelineOptions, type PipelineOptions } from "./pipeline-options.ts";

interface ExplainOptions extends PipelineOptions {
  readonly json?: string;
  readonly trusted?: string;
  readonly pull?: string;
}

/** `outrigger explain [JOB]`: what would run, with every name and variable resolved; starts nothing. */
export function addExplainCommand(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  addPipelineOptions(
    program
      .command("explain")
      .argument("[job...]", "names of jobs; all when left out")
      .description("show what a job would do"),
  )
    .option("--json [file]", "print one JSON object")
    .option("--trusted [capabilities]", "network, volumes, security, or all of them: what the file may ask of the host")
    .option("--pull <policy>", "always, if-not-present or never, for images whose file says nothing")
    .action(async (jobs: readonly string[], options: ExplainOptions) => {
      const { explain } = await import("../explain-jobs.ts");
      finish(await explain(context, jobs, options));
    });
}
