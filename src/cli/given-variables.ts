import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { GivenVariable } from "../dialects/dialect.ts";
import { UsageError } from "../model/outrigger-error.ts";

export interface VariableOptions {
  /** `K=V`, in order; the last of a name counts. */
  readonly variable: readonly string[];
  readonly envFile: readonly string[];
  /** Names whose values are hidden. */
  readonly mask: readonly string[];
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Variables from the command line; `--variable` beats `--env-file`. @throws UsageError, with the line of an env file. */
export async function readGivenVariables(cwd: string, options: VariableOptions): Promise<Map<string, GivenVariable>> {
  const given = new Map<string, GivenVariable>();
  const masked = new Set(options.mask);
  for (const file of options.envFile) {
    for (const [name, value] of await readEnvFile(cwd, file)) {
      given.set(name, { value, masked: masked.has(name), origin: "env file" });
    }
  }
  for (const text of options.variable) {
    const equals = text.indexOf("=");
    const name = equals === -1 ? text : text.slice(0, equals);
    if (equals === -1 || !NAME.test(name)) {
      throw new UsageError(`--variable "${text}" is not NAME=VALUE`, { hint: "for example --variable DEBUG=1" });
    }
    given.set(name, { value: text.slice(equals + 1), masked: masked.has(name), origin: "command line" });
  }
  return given;
}

/** Names of secrets are freer than those of variables. */
const SECRET_NAME = /^[A-Za-z_][\w.-]*$/;

/** Secrets by name; a later file wins. @throws UsageError, with the line. */
export async function readSecretFiles(cwd: string, files: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const secrets = new Map<string, string>();
  for (const file of files) {
    for (const [name, value] of await readEnvFile(cwd, file, "--secret-file", SECRET_NAME)) secrets.set(name, value);
  }
  return secrets;
}

async function readEnvFile(
  cwd: string,
  file: string,
  option = "--env-file",
  namePattern = NAME,
): Promise<readonly (readonly [string, string])[]> {
  const text = await readFile(resolve(cwd, file), "utf8").catch((error: unknown) => {
    throw new UsageError(`cannot read ${option} "${file}"`, { hint: "check the path", cause: error });
  });
  return text.split(/\r?\n/).flatMap((line, index) => {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) return [];
    const match = /^(?:export\s+)?([^=\s]+)=(.*)$/.exec(trimmed);
    const [, name = "", value = ""] = match ?? [];
    if (!namePattern.test(name)) {
      // The line may hold a secret: it is not repeated.
      throw new UsageError("expected NAME=VALUE", {
        hint: "one variable a line; a comment starts with #",
        at: { file, line: index + 1, column: 1 },
      });
    }
    return [[name, unquote(value)] as const];
  });
}

function unquote(value: string): string {
  const quoted = /^(["'])(.*)\1$/s.exec(value);
  return quoted?.[2] ?? value;
}
