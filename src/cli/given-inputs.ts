import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { GivenInputs } from "../dialects/dialect.ts";
import { UsageError } from "../model/outrigger-error.ts";

/** `--input NAME=VALUE` and `--input-file PATH`. @throws UsageError @source GY-77 */
export async function readGivenInputs(
  cwd: string,
  inputs: readonly string[],
  files: readonly string[],
): Promise<GivenInputs> {
  const texts = new Map<string, string>();
  for (const text of inputs) {
    const equals = text.indexOf("=");
    if (equals < 1) {
      throw new UsageError(`--input "${text}" is not NAME=VALUE`, { hint: "for example --input environment=test" });
    }
    texts.set(text.slice(0, equals), text.slice(equals + 1));
  }
  const sources = files.map(async (file) => {
    const text = await readFile(resolve(cwd, file), "utf8").catch((error: unknown) => {
      throw new UsageError(`cannot read --input-file "${file}"`, { hint: "check the path", cause: error });
    });
    return { file, text };
  });
  return { texts, files: await Promise.all(sources) };
}

/** `--job-input JOB.NAME=VALUE`, by `JOB.NAME`; both parts may hold dots. @throws UsageError @source GY-79 */
export function readJobInputs(inputs: readonly string[]): ReadonlyMap<string, string> {
  const given = inputs.map((text) => {
    const [, name, value] = /^([^=]+\.[^=]+)=(.*)$/s.exec(text) ?? [];
    if (name !== undefined && value !== undefined) return [name, value] as const;
    throw new UsageError(`--job-input "${text}" is not JOB.NAME=VALUE`, {
      hint: "for example --job-input deploy.target=staging",
    });
  });
  return new Map(given);
}
