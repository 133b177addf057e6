import type { Variable, Variables } from "../model/variables.ts";
import type { Losses } from "./losses.ts";
import { secretOf, secretsIn } from "./secret-marks.ts";

/** A value of the file, or a secret by its name. */
export type OwnValue =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "secret"; readonly secret: string };

export type OwnVariables = ReadonlyMap<string, OwnValue>;

const NOT_OF_THE_FILE: ReadonlySet<string> = new Set(["predefined", "command line", "env file"]);

/**
 * What the file itself sets. Values of this machine's run, of the command line and of the old system stay behind.
 *
 * @param where for messages: `job "build": service "database"`.
 */
export function ownVariables(variables: Variables, where: string, losses: Losses): OwnVariables {
  const own = new Map<string, OwnValue>();
  for (const [name, variable] of variables) {
    if (NOT_OF_THE_FILE.has(variable.origin)) continue;
    const value = toOwnValue(variable);
    if (value === undefined) losses.add(`${where}: variable "${name}"`, "a secret stands in the middle of its value");
    else own.set(name, value);
  }
  return own;
}

function toOwnValue({ value, masked }: Variable): OwnValue | undefined {
  const secret = secretOf(value);
  if (secret !== undefined) return { kind: "secret", secret };
  return masked || secretsIn(value).length > 0 ? undefined : { kind: "text", text: value };
}

export function isSame(a: OwnValue, b: OwnValue | undefined): boolean {
  if (b === undefined || a.kind !== b.kind) return false;
  return a.kind === "text" ? b.kind === "text" && a.text === b.text : b.kind === "secret" && a.secret === b.secret;
}
