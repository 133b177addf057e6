import type { YamlMapping } from "../../yaml/yaml-node.ts";
import type { FileScope } from "./build-job.ts";
import { RUNS, type Verdict } from "./conditions.ts";
import { findMismatch, readConstraint } from "./constraint.ts";
import { valueOf } from "./values.ts";

/** The file's own `branches`; tags and deployments pass. @source DR-36, DR-50, DR-242 */
export function judgeBranches(document: YamlMapping, file: FileScope): Verdict {
  const node = valueOf(document, "branches");
  if (node === undefined || !/^(?:push|pull_request)/.test(file.trigger.event)) return RUNS;
  const constraint = readConstraint(node);
  if (constraint === undefined) {
    const text = "branches: expected a name, a list of names, or include and exclude";
    file.findings.error({ code: "invalid-condition", text, at: node, path: "branches" });
    return RUNS;
  }
  const why = findMismatch("branch", constraint, file.trigger.branch, file.rules.globs);
  return why === undefined ? RUNS : { why: `branches: ${why}`, on: "on_success" };
}
