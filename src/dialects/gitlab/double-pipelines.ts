import { spanOf } from "../../yaml/yaml-node.ts";
import type { JobDeclaration } from "./job-declaration.ts";
import type { Report } from "./report.ts";
import type { WorkflowDeclaration } from "./rule-declarations.ts";

/**
 * What GitLab warns about: a last rule that holds always adds the job to the pipeline of a branch and to that of its merge
 * request. Advice for the server, where one push may start both; told once.
 *
 * @source GY-157
 */
export function adviseOnDoubles(
  jobs: readonly JobDeclaration[],
  workflow: WorkflowDeclaration | undefined,
  report: Report,
): void {
  if (workflow?.rules !== undefined) return;
  for (const job of jobs) {
    const last = job.rules?.at(-1);
    if (last?.when === undefined || last.when === "never" || last.at.kind !== "mapping") continue;
    if (last.at.entries.size > 1) continue;
    report.once({
      severity: "note",
      code: "double-pipelines",
      message: `jobs:${job.name} may allow multiple pipelines to run for a single action due to \`rules:when\` clause with no \`workflow:rules\``,
      at: spanOf(last.at),
      path: `jobs:${job.name}:rules`,
    });
  }
}
