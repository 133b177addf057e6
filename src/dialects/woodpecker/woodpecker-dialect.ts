// Woodpecker: a file is a workflow; several files of a folder are one pipeline.

import { basename } from "node:path/posix";
import type { JobNeed } from "../../model/pipeline.ts";
import { spanOf, type YamlMapping } from "../../yaml/yaml-node.ts";
import type { Dialect } from "../dialect.ts";
import { judgeBranches } from "../drone-family/branch-filter.ts";
import { type OpenedFile, substituteParameters } from "../drone-family/compile-family.ts";
import { judge, type Verdict } from "../drone-family/conditions.ts";
import { findMismatch, readConstraint } from "../drone-family/constraint.ts";
import type { Cell } from "../drone-family/matrix.ts";
import { compileOneDocument, toPlainWorkflow } from "../drone-family/one-document.ts";
import { WOODPECKER } from "../drone-family/rules.ts";
import { findStepSection } from "../drone-family/step-section.ts";
import { type QuietKeys, serviceSections } from "../drone-family/top-level.ts";
import { itemsOf, textOf, textsOf, valueAt, valueOf } from "../drone-family/values.ts";
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
  compile: (source, context) =>
    compileOneDocument(source, context, {
      rules: WOODPECKER,
      substitution: substituteParameters,
      read: READ,
      quiet: QUIET,
      open(written, file) {
        const path = findStepSection(written, ["steps", "pipeline"], file);
        if (path === undefined) return undefined;
        if (path === "pipeline") noteOldName(written, file);
        return (document, cell) =>
          toPlainWorkflow(document, cell, file, {
            name: workflowName(file.source.file),
            sections: [
              { kind: "step", path, node: valueOf(document, path) ?? document },
              ...serviceSections(document, file),
            ],
            workspace: readWorkspace(
              valueOf(document, "workspace"),
              "/woodpecker",
              sourceFolder(file.trigger.repository),
            ),
            needs: readNeeds(document, file),
            verdict: verdictOf(document, cell, file),
          });
      },
    }),
};

/** `pipeline` became `steps` in 1.0 and was refused from 3.0 on (DR-69). */
function noteOldName(document: YamlMapping, file: OpenedFile): void {
  const text = '"pipeline" is the name that steps had before Woodpecker 1.0, and is used as such';
  const at = document.entries.get("pipeline")?.key ?? document;
  file.findings.note({ code: "old-section", text, at, path: "pipeline" });
}

/** The file's name without folder, leading dot and ending. */
function workflowName(file: string): string {
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
