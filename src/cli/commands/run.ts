import { type Command, Option } from "commander";
import type { CliContext } from "../cli-context.ts";
import type { RunOptions } from "../run-options.ts";
import { addEngineOptions } from "./engine-options.ts";
import { addPipelineOptions, collect } from "./pipeline-options.ts";
import { addTrustOptions } from "./trust-options.ts";

/** `outrigger run [JOB...]`: the pipeline, or some of its jobs, with their services. */
export function addRunCommand(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  const command = program
    .command("run")
    .argument("[job...]", "names of jobs; the whole pipeline when left out")
    .description("run jobs with their services");
  addEngineOptions(addTrustOptions(addPipelineOptions(command)))
    .addOption(
      new Option("--pull <policy>", "for images whose file says nothing").choices([
        "always",
        "if-not-present",
        "never",
      ]),
    )
    .option("--services-timeout <duration>", "how long to wait for services to be ready (30s); -1 does not wait")
    .addOption(
      new Option(
        "--services <mode>",
        "strict: a service that is not ready in time fails its job; warn: nothing a service does fails a job",
      )
        .choices(["dialect", "strict", "warn"])
        .default("dialect"),
    )
    .option("--no-deps", "run the named jobs without those they need, with the artifacts that earlier runs left")
    .addOption(new Option("--with-stages", "run everything in the stages before the named jobs too").conflicts("deps"))
    .option("--service-logs", "show the services' logs beside the jobs'")
    .addOption(
      new Option("--manual <job>", "start this manual job too, in its place in the pipeline (repeatable)")
        .argParser(collect)
        .default([]),
    )
    .option("--honour-delays", "let delayed jobs wait as long as the file says")
    .option("--jobs <count>", "how many jobs may run at a time (default: processors, at least 4)")
    .addOption(
      new Option("--progress <style>", "how to show progress")
        .choices(["auto", "tty", "plain", "quiet", "json"])
        .default("auto"),
    )
    .option("--json [file]", "print events as NDJSON, or write them to a file and keep the screen")
    .option("--report <file>", "write how the run and each job ended, with artifacts and caches, as one JSON object")
    .option("--artifacts-to-source", "copy what jobs keep as artifacts into your own tree; says what that replaced")
    .addOption(new Option("--color <when>", "colour").choices(["auto", "always", "never"]).default("auto"))
    .option("--ascii", "no characters beyond ASCII")
    .option("-q, --quiet", "only the cause and the exit code")
    .option("-v, --verbose", "probes and engine calls too")
    .option("--debug", "stack traces")
    .action(async (jobs: readonly string[], options: RunOptions) => {
      const { runJobs } = await import("../run-jobs.ts");
      finish(await runJobs(context, jobs, options));
    });
}
