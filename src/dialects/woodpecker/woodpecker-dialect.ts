// Woodpecker: a file is a workflow; several files of a folder are one pipeline.

import { basename } from "node:path/posix";
import type { JobNeed } from "../../model/pipeline.ts";
import { spanOf, type YamlMapping } from "../../yaml/yaml-node.ts";
import type { Dialect } from "../dialect.ts";
import { judgeBranches } from "../drone-family/branch-filter.ts";
import type { Workflow } from "../drone-family/build-job.ts";
import {
  buildJobs,
  keepSections,
  type OpenedFile,
  onlyDocument,
  openFile,
  substituteParameters,
  toCompiled,
} from "../drone-family/compile-family.ts";
import { judge, type Verdict } from "../drone-family/conditions.ts";
import { findMismatch, readConstraint } from "../drone-family/constraint.ts";
import type { Cell } from "../drone-family/matrix.ts";
import { WOODPECKER } from "../drone-family/rules.ts";
import { checkTopLevel, type QuietKeys, serviceSections } from "../drone-family/top-level.ts";
import { isNull, itemsOf, textOf, textsOf, valueAt, valueOf } from "../drone-family/values.ts";
import { readWorkspace, sourceFolder } from "../drone-family/workspace.ts";

const READ = "when steps pipeline services compose depends_on workspace matrix branches platform runs_on".split(" ");
const QUIET: QuietKeys = {
  clone: "",
  skip_clone: "",
  labels: "",
  variables: "",
  concurrency: "",
  version: "",
  networks: "Woodpecker read it and did nothing with it",
  volumes: "Woodpecker read it and did nothing with it",
};

export const woodpecker: Dialect = {
  id: "woodpecker",
  compile(source, context) {
    const file = openFile(source, WOODPECKER, context);
    const jobs = onlyDocument(file).flatMap((document) => {
      checkTopLevel(document, READ, QUIET, file);
      const steps = findSteps(document, file);
      if (steps === undefined) return [];
      return buildJobs(keepSections(document, READ), file, substituteParameters, (replaced, cell) =>
        toWorkflow(replaced, steps, cell, file),
      );
    });
    return toCompiled(file, jobs);
  },
};

/** `pipeline` became `steps` in 1.0 and was refused from 3.0 on (DR-69). */
function findSteps(document: YamlMapping, file: OpenedFile): "steps" | "pipeline" | undefined {
  const steps = document.entries.get("steps");
  const pipeline = document.entries.get("pipeline");
  const hasSteps = steps !== undefined && !isNull(steps.value);
  if (pipeline !== undefined && hasSteps) {
    const text = 'both "pipeline" and "steps" are here; only one of them can be run';
    file.findings.error({
      code: "two-step-sections",
      text,
      at: pipeline.key,
      path: "pipeline",
      hint: "Woodpecker runs steps; remove pipeline",
    });
  } else if (pipeline !== undefined) {
    const text = '"pipeline" is the name that steps had before Woodpecker 1.0, and is used as such';
    file.findings.note({ code: "old-section", text, at: pipeline.key, path: "pipeline" });
    return "pipeline";
  } else if (!hasSteps) {
    const text = "Invalid or missing `steps` section: no steps section found (expected steps)";
    file.findings.error({ code: "no-steps", text, at: document });
    return undefined;
  }
  return "steps";
}

function toWorkflow(document: YamlMapping, steps: "steps" | "pipeline", cell: Cell, file: OpenedFile): Workflow {
  const node = valueOf(document, steps) ?? document;
  return {
    name: workflowName(file.source.file),
    at: document,
    sections: [{ kind: "step", path: steps, node }, ...serviceSections(document, file)],
    workspace: readWorkspace(valueOf(document, "workspace"), "/woodpecker", sourceFolder(file.trigger.repository)),
    needs: readNeeds(document, file),
    verdict: verdictOf(document, cell, file),
    cell,
    own: valueOf(document, "x-outrigger"),
    environment: undefined,
    volumes: new Map(),
  };
}

/** The file's name without folder, leading dot and ending. */
export function workflowName(file: string): string {
  const name = basename(file.replaceAll("\\", "/"))
    .replace(/\.ya?ml$/, "")
    .replace(/^\.+/, "");
  return name === "" ? "workflow" : name;
}

/** Other files may not be part of this run: a workflow that is not there is not waited for. @source DR-27, DR-69 */
function readNeeds(document: YamlMapping, file: OpenedFile): readonly JobNeed[] {
  const node = valueOf(document, "depends_on");
  if (node === undefined) return [];
  return itemsOf(node).flatMap((item, index): readonly JobNeed[] => {
    const name = textOf(item) ?? textOf(valueAt(item, "name")) ?? textOf(valueAt(item, "workflow"));
    if (name !== undefined) return [{ job: name, optional: true, artifacts: false, at: spanOf(item) }];
    const path = `depends_on[${index}]`;
    file.findings.error({
      code: "invalid-dependency",
      text: `${path}: expected the name of a workflow`,
      at: item,
      path,
    });
    return [];
  });
}

function verdictOf(document: YamlMapping, cell: Cell, file: OpenedFile): Verdict {
  const platform = valueOf(document, "platform");
  const wanted = platform === undefined ? undefined : readConstraint(platform);
  const other =
    wanted === undefined ? undefined : findMismatch("platform", wanted, file.trigger.platform, "doublestar");
  if (platform !== undefined && other !== undefined) {
    const text = `platform: ${other}, the workflow runs on this machine all the same`;
    file.findings.note({ code: "platform", text, at: platform, path: "platform" });
  }
  const branches = judgeBranches(document, file);
  const verdict = judge(valueOf(document, "when"), "when", "when", { ...file, cell });
  const runsOn = valueOf(document, "runs_on");
  const statuses = runsOn === undefined ? [] : (textsOf(runsOn) ?? []);
  const on = !statuses.includes("failure") ? verdict.on : statuses.includes("success") ? "always" : "on_failure";
  return { why: branches.why ?? verdict.why, on };
}
