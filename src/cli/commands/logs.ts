import type { Command } from "commander";
import type { CliContext } from "../cli-context.ts";

interface LogsOptions {
  readonly merged?: true;
  readonly follow?: true;
}

/** `outrigger logs RUN [JOB[:SERVICE]]`: what a run, a job or a service printed. */
export function addLogsCommand(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  program
    .command("logs")
    .argument("[run]", "id of a run, or its beginning; lists the runs when left out")
    .argument("[job]", "JOB or JOB:SERVICE")
    .description("print the log of a finished or running run")
    .option("--merged", "jobs and services together, by time")
    .option("--follow", "go on until the run has ended")
    .action(async (run: string | undefined, target: string | undefined, options: LogsOptions) => {
      const { printLogs } = await import("../print-logs.ts");
      finish(await printLogs(context, run, target, options));
    });
}
