import { type Command, Option } from "commander";
import type { CliContext } from "../cli-context.ts";
import { addEngineOptions, type EngineOptions } from "./engine-options.ts";
import { addPipelineOptions, type PipelineOptions } from "./pipeline-options.ts";
import { addTrustOptions, type TrustOptions } from "./trust-options.ts";

interface ExplainOptions extends PipelineOptions, TrustOptions, EngineOptions {
  readonly format?: "yaml";
  readonly json?: string;
  readonly pull?: string;
}

/** `outrigger explain [JOB]`: what would run, with every name and variable resolved; starts nothing. */
export function addExplainCommand(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  const command = program
    .command("explain")
    .argument("[job...]", "names of jobs; all when left out")
    .description("show what a job would do");
  addEngineOptions(addTrustOptions(addPipelineOptions(command)))
    .option("--json [file]", "print one JSON object")
    .addOption(
      new Option("--format <form>", "yaml: the objects an engine would create, as kubectl takes them").choices([
        "yaml",
      ]),
    )
    .option("--pull <policy>", "always, if-not-present or never, for images whose file says nothing")
    .action(async (jobs: readonly string[], options: ExplainOptions) => {
      const { explain } = await import("../explain-jobs.ts");
      finish(await explain(context, jobs, options));
    });
}
