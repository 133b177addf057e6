import { type Command, Option } from "commander";
import type { CliContext } from "../cli-context.ts";
import { LIST_FORMATS, type ListFormat } from "../graph/list-format.ts";
import { addPipelineOptions, type PipelineOptions } from "./pipeline-options.ts";

interface ListOptions extends PipelineOptions {
  readonly json?: string;
  readonly format?: ListFormat;
}

/** `outrigger list`: the jobs of a pipeline file; starts nothing. */
export function addListCommand(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  addPipelineOptions(program.command("list").description("list the jobs of a pipeline file"))
    .addOption(
      new Option("--format <name>", "text: a table and a picture; json; mermaid; dot: for Graphviz").choices(
        LIST_FORMATS,
      ),
    )
    .option("--json [file]", "print one JSON object, as --format json does")
    .action(async (options: ListOptions) => {
      const { listJobs } = await import("../list-jobs.ts");
      finish(await listJobs(context, options));
    });
}
