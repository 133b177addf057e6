import { access, constants, mkdir, statfs } from "node:fs/promises";
import type { Engine } from "../engines/engine.ts";
import { OutriggerError } from "../model/outrigger-error.ts";
import { findLeftovers } from "../run/sweep.ts";
import { currentOwner } from "../system/owner.ts";
import { runProcess } from "../system/processes.ts";
import type { CliContext } from "./cli-context.ts";
import type { EngineOptions } from "./commands/engine-options.ts";
import { plural } from "./counts.ts";
import { chooseEngine } from "./engine-choice.ts";
import { EXIT } from "./exit-codes.ts";
import { openConfiguredEngine } from "./open-configured-engine.ts";

interface Finding {
  readonly state: "ok" | "warning" | "failed";
  readonly text: string;
  readonly hint?: string;
}

const MARKS: Readonly<Record<Finding["state"], string>> = { ok: "ok     ", warning: "warning", failed: "FAILED " };

/** Checks what a run needs and says what to do about what is missing. @returns 0, or 6 when no engine answers. */
export async function examine(context: CliContext, options: EngineOptions): Promise<number> {
  const choice = await chooseEngine(context, options);
  if (choice === undefined) return EXIT.invalid;
  const tell = (finding: Finding): void => {
    context.stdout.write(`${MARKS[finding.state]}  ${finding.text}\n`);
    if (finding.hint !== undefined) context.stdout.write(`         try: ${finding.hint}\n`);
  };
  tell({ state: "ok", text: `outrigger ${context.version} on node ${process.versions.node}` });
  tell(await examineGit());
  tell(await examineState(context));
  try {
    await using engine = await openConfiguredEngine(context.config, choice);
    for (const finding of await examineEngine(engine, context.clock.now())) tell(finding);
    return EXIT.passed;
  } catch (error) {
    if (!(error instanceof OutriggerError)) throw error;
    tell({ state: "failed", text: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) });
    return EXIT.engineUnavailable;
  }
}

async function examineGit(): Promise<Finding> {
  try {
    const { stdout } = await runProcess("git", ["--version"]);
    return { state: "ok", text: stdout.trim() };
  } catch {
    return {
      state: "warning",
      text: "no git: jobs get the whole folder, and variables of the commit are not set",
      hint: "install the package git",
    };
  }
}

async function examineState(context: CliContext): Promise<Finding> {
  const folder = context.config.stateFolder;
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    const { bavail, bsize } = await statfs(folder);
    const freeMiB = Math.floor((bavail * bsize) / 1_048_576);
    const text = `runs are kept in ${folder}, ${freeMiB} MiB free`;
    return freeMiB < 512 ? { state: "warning", text, hint: "free some disk space" } : { state: "ok", text };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      state: "warning",
      text: `logs of runs cannot be kept: ${reason}`,
      hint: "set XDG_STATE_HOME to a writable folder",
    };
  }
}

async function examineEngine(engine: Engine, now: number): Promise<readonly Finding[]> {
  const signal = AbortSignal.timeout(10_000);
  const about = await engine.describe(signal);
  const leftovers = await findLeftovers(engine, { owner: currentOwner(), now }, signal);
  const memoryGiB = (about.memoryBytes / 1_073_741_824).toFixed(1);
  return [
    { state: "ok", text: `${about.product} at ${about.endpoint}` },
    {
      state: "ok",
      text: `engine runs on ${about.operatingSystem} (${about.architecture}), ${plural(about.cpus, "processor")}, ${memoryGiB} GiB`,
    },
    leftovers.length === 0
      ? { state: "ok", text: "dead runs left nothing behind" }
      : { state: "warning", text: `dead runs left ${plural(leftovers.length, "object")} behind`, hint: "outrigger gc" },
  ];
}
