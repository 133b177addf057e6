import type { Command } from "commander";
import type { CliContext } from "../cli-context.ts";

/** `outrigger logs RUN [JOB[:SERVICE]]`: what a run, a job or a service printed. */
export function addLogsCommand(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  program
    .command("logs")
    .argument("[run]", "id of a run, or its beginning; lists the runs when left out")
    .argument("[job]", "JOB or JOB:SERVICE")
    .description("print the log of a finished or running run")
    .action(async (run: string | undefined, target: string | undefined) => {
      const { printLogs } = await import("../print-logs.ts");
      finish(await printLogs(context, run, target));
    });
}
