import { runCli } from "../src/cli/main.ts";
import { type Config, readConfig } from "../src/config/config.ts";
import { systemClock } from "../src/system/clock.ts";

export interface CliOutput {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program in this process. A folder stands for the person's home as well, so that nobody's settings count. */
export async function callCli(
  folder: string,
  argv: readonly string[],
  change: Partial<Config> = {},
): Promise<CliOutput> {
  const written = { stdout: "", stderr: "" };
  const sink = (name: keyof typeof written) => ({
    write: (text: string): void => {
      written[name] += text;
    },
    drained: async (): Promise<boolean> => true,
    isTerminal: false,
    columns: 500,
  });
  const own = { home: folder, configFolder: folder, stateFolder: folder, cacheFolder: folder };
  const exitCode = await runCli(argv, {
    config: { ...readConfig(), ...own, ...change },
    version: "1.2.3",
    cwd: folder,
    clock: systemClock,
    stdout: sink("stdout"),
    stderr: sink("stderr"),
    exit: () => {
      throw new Error("nobody asked to exit");
    },
  });
  return { exitCode, ...written };
}
