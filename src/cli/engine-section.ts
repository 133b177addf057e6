import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { ReadRunner } from "../config/runner-section.ts";
import { UsageError } from "../model/outrigger-error.ts";
import type { EngineOptions } from "./commands/engine-options.ts";

export interface ReadSettingsFile {
  readonly file: string;
  readonly text: string;
  readonly read: ReadRunner;
}

/**
 * The settings file of the command line.
 *
 * @returns undefined when none was named.
 * @throws UsageError when it cannot be read, or has nothing about this engine.
 */
export async function readSettingsFile(cwd: string, options: EngineOptions): Promise<ReadSettingsFile | undefined> {
  const { engine, config: file, runner } = options;
  if (file === undefined) {
    if (runner === undefined) return undefined;
    throw new UsageError("--runner names a runner of a settings file", { hint: "name the file: --config FILE" });
  }
  const path = resolve(cwd, file);
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new UsageError(`cannot read --config "${file}"`, { hint: "check the path", cause: error });
  });
  // The parser is loaded by those who need it only.
  const { readRunnerSection } = await import("../config/runner-section.ts");
  return { file, text, read: readRunnerSection({ file, text, folder: dirname(path) }, engine, runner) };
}
