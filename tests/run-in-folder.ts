import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type CliOutput, callCli } from "./call-cli.ts";

/** The program on files of a folder of its own. */
export async function runInFolder(
  folder: string,
  files: Readonly<Record<string, string>>,
  ...argv: readonly string[]
): Promise<CliOutput> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return await callCli(folder, argv, {
    stateFolder: join(folder, "state"),
    configFolder: join(folder, "config"),
  });
}
