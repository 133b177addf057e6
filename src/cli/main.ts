import { readFileSync } from "node:fs";
import { Command, CommanderError, Help } from "commander";
import { readConfig } from "../config/config.ts";
import { UsageError } from "../model/outrigger-error.ts";
import { systemClock } from "../system/clock.ts";
import { hasUnfinishedRuns } from "../system/unfinished-runs.ts";
import type { CliContext, PacedSink } from "./cli-context.ts";
import { addConfigCommand } from "./commands/config.ts";
import { addConvertCommand } from "./commands/convert.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { addExplainCommand } from "./commands/explain.ts";
import { addGcCommand } from "./commands/gc.ts";
import { addLintCommand } from "./commands/lint.ts";
import { addListCommand } from "./commands/list.ts";
import { addLogsCommand } from "./commands/logs.ts";
import { addRunCommand } from "./commands/run.ts";
import { EXIT } from "./exit-codes.ts";
import { markOptionalValues } from "./optional-values.ts";
import { printFailure } from "./print-failure.ts";

/** Commands that look for what dead runs left themselves, and say what they find. */
const SWEEPERS: ReadonlySet<string> = new Set(["run", "gc"]);

/**
 * The whole program.
 *
 * @param argv without the interpreter and the script.
 * @returns the exit code of the process (`ui.md` C5).
 */
export async function main(argv: readonly string[]): Promise<number> {
  const unwritten: NodeJS.ErrnoException[] = [];
  const surroundings = {
    config: readConfig(),
    version: readVersion(),
    clock: systemClock,
    stdout: toSink(process.stdout, (error) => void unwritten.push(error)),
    stderr: toSink(process.stderr, () => undefined),
    exit: (exitCode: number) => process.exit(exitCode),
  };
  const cwd = findWorkingFolder();
  const context: CliContext = { ...surroundings, cwd: cwd ?? "/" };
  if (cwd === undefined) return printFailure(context, noWorkingFolder(), false);
  const exitCode = await runCli(argv, context);
  // A stream tells of a failed write once everybody else is through.
  await new Promise((resolve) => setImmediate(resolve));
  const [failure] = unwritten;
  if (exitCode !== EXIT.passed || failure === undefined) return exitCode;
  return printFailure(context, unwrittenOutput(failure), false);
}

/** On a full disk the file that stdout was sent into is cut: nobody should take it for whole. */
function unwrittenOutput(cause: NodeJS.ErrnoException): UsageError {
  const reason = cause.code === "ENOSPC" ? "no space is left where it goes" : cause.message;
  return new UsageError(`not all of the output could be written: ${reason}`, {
    hint: "send stdout somewhere else",
    cause,
  });
}

/** @returns undefined when it was removed since the shell went there. */
function findWorkingFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

function noWorkingFolder(): UsageError {
  return new UsageError("the folder you stand in is not there any more", { hint: "go to your project's folder: cd" });
}

/** As {@link main}, in surroundings of the caller's choice. Never throws. */
export async function runCli(argv: readonly string[], context: CliContext): Promise<number> {
  let exitCode: number = EXIT.passed;
  const finish = (code: number): void => {
    exitCode = code;
  };
  const program = createProgram(context, finish);
  try {
    await program.parseAsync(markOptionalValues(argv), { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.passed : EXIT.invalid;
    return printFailure(context, error, argv.includes("--debug"));
  }
}

function createProgram(context: CliContext, finish: (exitCode: number) => void): Command {
  const program = new Command("outrigger")
    .description("Runs the CI files you already have, with their service containers")
    .version(context.version, "-V, --version")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    })
    .showSuggestionAfterError()
    .showHelpAfterError("  try: outrigger --help")
    // That a repeatable option begins with nothing helps nobody.
    .configureHelp({
      optionDescription: (option) => new Help().optionDescription(option).replace(" (default: [])", ""),
    })
    .hook("preAction", async (_, command) => {
      if (SWEEPERS.has(command.name()) || !hasUnfinishedRuns(context.config.stateFolder)) return;
      const { clearUpBehindDeadRuns } = await import("./clear-up-behind-dead-runs.ts");
      clearUpBehindDeadRuns(context);
    });
  addRunCommand(program, context, finish);
  addListCommand(program, context, finish);
  addLintCommand(program, context, finish);
  addExplainCommand(program, context, finish);
  addConfigCommand(program, context, finish);
  addConvertCommand(program, context, finish);
  addLogsCommand(program, context, finish);
  addGcCommand(program, context, finish);
  addDoctorCommand(program, context, finish);
  for (const command of program.commands) command.showHelpAfterError(`  try: outrigger ${command.name()} --help`);
  return program;
}

function readVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const manifest: unknown = JSON.parse(text);
  const version =
    typeof manifest === "object" && manifest !== null && "version" in manifest ? manifest.version : undefined;
  return typeof version === "string" ? version : "unknown";
}

function toSink(stream: NodeJS.WriteStream, onLoss: (error: NodeJS.ErrnoException) => void): PacedSink {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // A reader that went away (`| head`) has what it wants. It ends the output, not the run, which has to clear up.
    if (error.code !== "EPIPE") onLoss(error);
  });
  return {
    write: (text) => void stream.write(text),
    // Its callback comes after those before it, also on a stream that is closed.
    drained: () => new Promise((resolve) => stream.write("", (error) => resolve(!error))),
    isTerminal: stream.isTTY ?? false,
    get columns() {
      return stream.columns;
    },
  };
}
