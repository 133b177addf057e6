// Variables that tell a runner how to get the sources. Here they are the work tree as it stands, with its whole history and
// the submodules that are checked out in it: GIT_DEPTH, GIT_SUBMODULE_* and the like have nothing to do.

import type { Workspace } from "../../model/pipeline.ts";
import type { JobDeclaration } from "./job-declaration.ts";
import type { JobVariables } from "./job-variables.ts";
import type { Report } from "./report.ts";

const STRATEGIES: ReadonlySet<string> = new Set(["clone", "fetch", "none", "empty"]);
const WITHOUT_SOURCES: ReadonlySet<string> = new Set(["none", "empty"]);

/** @source GY-98, GY-287 */
export function readSourceSettings(
  job: JobDeclaration,
  variables: JobVariables,
  report: Report,
): Pick<Workspace, "isEmpty"> {
  const valueOf = (name: string): string => variables.own.get(name)?.value.trim() ?? "";
  const note = (name: string, why: string): void =>
    report.ignored(name, `jobs:${job.name}`, variables.placeOf(name) ?? job.key, why);
  const strategy = valueOf("GIT_STRATEGY").toLowerCase();
  if (strategy !== "" && !STRATEGIES.has(strategy)) {
    note("GIT_STRATEGY", "expected clone, fetch, none or empty: the work tree is taken as it stands");
  }
  if (valueOf("GIT_CHECKOUT").toLowerCase() === "false") note("GIT_CHECKOUT", "the work tree is taken as it stands");
  if (valueOf("GIT_CLONE_PATH") !== "") note("GIT_CLONE_PATH", "the sources stand in $CI_PROJECT_DIR");
  return WITHOUT_SOURCES.has(strategy) ? { isEmpty: true } : {};
}
