import { quoteForShell } from "../../text/shell-words.ts";
import { MARKER } from "./script-marker.ts";

/** Any other name would be an error of the shell (GY-80). */
const SHELL_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What a script needs beside its commands. */
export interface ScriptOptions {
  /** Variables that differ from the container's environment, `CI_JOB_STATUS` for one. Names no shell can have are left out. */
  readonly exports: ReadonlyMap<string, string>;
  /** `set -x` (`CI_DEBUG_TRACE`). */
  readonly trace: boolean;
}

/**
 * A POSIX shell script that runs `commands` one after the other in one shell, each echoed before it runs, until one
 * fails; its exit code becomes the script's.
 *
 * It is read from standard input, so the commands run in a subshell whose own input is empty: none of them can eat the
 * rest of the script.
 *
 * @source GS-842, GS-843, GY-125, GY-126
 */
export function toShellScript(commands: readonly string[], options: ScriptOptions): string {
  const exports = [...options.exports]
    .filter(([name]) => SHELL_NAME.test(name))
    .map(([name, value]) => `export ${name}=${quoteForShell(value)}`);
  const body = [...exports, ...(options.trace ? ["set -o xtrace"] : []), ...commands.flatMap(echoAndRun)].join("\n");
  return [
    `printf '%s\\n' ${quoteForShell(MARKER.trimEnd())}`,
    // An unknown option ends some shells, so it is tried where that does no harm.
    "if (set -o pipefail) 2>/dev/null; then set -o pipefail; fi",
    "set -o errexit",
    "set +o noclobber",
    `(eval ${quoteForShell(body)}) </dev/null`,
    "exit 0",
    "",
  ].join("\n");
}

function echoAndRun(command: string): string[] {
  const trimmed = command.replace(/\n+$/, "");
  const [first = "", ...rest] = trimmed.split("\n");
  const shown = rest.length === 0 ? first : `${first} # collapsed multi-line command`;
  return [`printf '\\033[32;1m$ %s\\033[0;m\\n' ${quoteForShell(shown)}`, trimmed];
}
