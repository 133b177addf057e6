import type { JobDeclaration } from "./job-declaration.ts";
import type { JobVariables } from "./job-variables.ts";
import type { Report } from "./report.ts";

const NAME = "CI_DEBUG_SERVICES";
const ON: ReadonlySet<string> = new Set(["1", "t", "T", "TRUE", "true", "True"]);
const OFF: ReadonlySet<string> = new Set(["0", "f", "F", "FALSE", "false", "False", ""]);

/** Whether service logs go to the job's log; a value that is no boolean switches it off with a warning. @source GS-901, GS-902 */
export function readDebugServices(job: JobDeclaration, variables: JobVariables, report: Report): boolean {
  const value = variables.all.get(NAME)?.value;
  if (value === undefined || OFF.has(value)) return false;
  if (ON.has(value)) return true;
  report.whole("warning", {
    code: "invalid-debug-services",
    text: `${NAME}: expected bool got "${value}", using default value: false`,
    at: variables.placeOf(NAME) ?? job.key,
    hint: `write ${NAME}: "true"`,
  });
  return false;
}
