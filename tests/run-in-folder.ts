import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runCli } from "../src/cli/main.ts";
import { readConfig } from "../src/config/config.ts";
import { systemClock } from "../src/system/clock.ts";

export interface CliOutput {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program on files of a folder of its own, in this process and without anybody's settings. */
export async function runInFolder(
  folder: string,
  files: Readonly<Record<string, string>>,
  ...argv: readonly string[]
): Promise<CliOutput> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const written = { stdout: "", stderr: "" };
  const sink = (name: keyof typeof written) => ({
    write: (text: string): void => {
      written[name] += text;
    },
    isTerminal: false,
    columns: undefined,
  });
  const config = { ...readConfig(), stateFolder: join(folder, "state"), configFolder: join(folder, "config") };
  const exitCode = await runCli(argv, {
    config,
    version: "1.2.3",
    cwd: folder,
    clock: systemClock,
    stdout: sink("stdout"),
    stderr: sink("stderr"),
    exit: () => undefined,
  });
  return { exitCode, ...written };
}
