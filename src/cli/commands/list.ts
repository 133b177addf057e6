import type { Command } from "commander";
import type { CliContext } from "../cli-context.ts";
import { addPipelineOptions, type PipelineOptions } from "./pipeline-options.ts";

/** `outrigger list`: the jobs of a pipeline file; starts nothing. */
export function addListCommand(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  addPipelineOptions(program.command("list").description("list the jobs of a pipeline file"))
    .option("--json [file]", "print one JSON object")
    .action(async (options: PipelineOptions & { readonly json?: string }) => {
      const { compileForCommand } = await import("../compile-for-command.ts");
      const { renderJobList, toJobListJson } = await import("../screen/job-list.ts");
      const compiled = await compileForCommand(context, options);
      if (compiled.pipeline === undefined || compiled.hasErrors) {
        compiled.printDiagnostics();
        finish(compiled.exitCode);
        return;
      }
      const text = options.json === undefined ? renderJobList(compiled.pipeline) : toJobListJson(compiled.pipeline);
      context.stdout.write(text);
    });
}
