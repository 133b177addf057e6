import type { CliContext } from "../../src/cli/cli-context.ts";
import { runCli } from "../../src/cli/main.ts";
import { systemClock } from "../../src/system/clock.ts";

export interface Called {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program in this process, in a folder that is its home as well. */
export async function callCli(
  folder: string,
  argv: readonly string[],
  env: CliContext["config"]["env"] = {},
): Promise<Called> {
  const written = { stdout: "", stderr: "" };
  const sink = (name: keyof typeof written): CliContext["stdout"] => ({
    write: (text) => void (written[name] += text),
    isTerminal: false,
    columns: 500,
  });
  const config: CliContext["config"] = {
    env,
    home: folder,
    configFolder: folder,
    stateFolder: folder,
    cacheFolder: folder,
    isCi: false,
    subnetPool: undefined,
    dialFromHost: undefined,
    serviceLogLimit: undefined,
  };
  const context: CliContext = {
    config,
    version: "1.2.3",
    cwd: folder,
    clock: systemClock,
    stdout: sink("stdout"),
    stderr: sink("stderr"),
    exit: () => {
      throw new Error("nobody asked to exit");
    },
  };
  const exitCode = await runCli(argv, context);
  return { exitCode, ...written };
}
