// `pipeline:` and `services:`, Drone 0.5 to 0.8, and the week of the seed, in which `pipeline` was called `script`.

import type { YamlMapping } from "../../yaml/yaml-node.ts";
import type { CompiledPipeline, DialectContext, PipelineSource } from "../dialect.ts";
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
import type { Cell } from "../drone-family/matrix.ts";
import type { Section } from "../drone-family/read-section.ts";
import type { DialectRules } from "../drone-family/rules.ts";
import { checkTopLevel, type QuietKeys, serviceSections } from "../drone-family/top-level.ts";
import { isNull, valueOf } from "../drone-family/values.ts";
import { findVersionHint } from "../drone-family/version-hints.ts";
import { readWorkspace, sourceFolder } from "../drone-family/workspace.ts";

const STEP_SECTIONS = ["pipeline", "script", "steps"] as const;
const READ = [...STEP_SECTIONS, "services", "compose", "workspace", "branches", "matrix"];
const QUIET: QuietKeys = {
  clone: "",
  platform: "",
  labels: "",
  image: "",
  build: "an image is not built here",
  cache: "nothing is kept between runs",
  networks: "Drone read it and did nothing with it",
  volumes: "Drone read it and did nothing with it",
  version: "",
  name: "",
};

export function compilePipelineFile(
  source: PipelineSource,
  rules: DialectRules,
  context: DialectContext,
): CompiledPipeline {
  const file = openFile(source, rules, context);
  const jobs = onlyDocument(file).flatMap((document) => {
    checkTopLevel(document, READ, QUIET, file);
    const isVersionUncertain = rules.id === "drone-0.8" && findVersionHint(document) === undefined;
    const steps = findSteps(document, file);
    if (steps === undefined) return [];
    return buildJobs(keepSections(document, READ), file, substituteParameters, (replaced, cell) => ({
      ...toWorkflow(replaced, steps, cell, file),
      isVersionUncertain,
    }));
  });
  return toCompiled(file, jobs);
}

/** Which section holds the steps; two of them are one too many. @source DR-21, DR-125 */
function findSteps(document: YamlMapping, file: OpenedFile): string | undefined {
  const present = STEP_SECTIONS.filter((name) => {
    const value = document.entries.get(name)?.value;
    return value !== undefined && !isNull(value);
  });
  const [first, second] = present;
  if (first === undefined) {
    const original = file.rules.id === "drone-0.8" ? "Invalid or missing pipeline section: " : "";
    const text = `${original}no steps section found (expected steps, pipeline, script or build)`;
    file.findings.error({ code: "no-steps", text, at: document });
  } else if (second !== undefined) {
    const text = `both "${first}" and "${second}" are here; only one of them can be run`;
    file.findings.error({
      code: "two-step-sections",
      text,
      at: document.entries.get(second)?.key ?? document,
      path: second,
      hint: `${file.rules.label} runs pipeline; remove the other`,
    });
  }
  return first;
}

function toWorkflow(document: YamlMapping, steps: string, cell: Cell, file: OpenedFile): Workflow {
  const node = valueOf(document, steps);
  const sections: readonly Section[] = node === undefined ? [] : [{ kind: "step", path: steps, node }];
  return {
    name: "build",
    at: document,
    sections: [...sections, ...serviceSections(document, file)],
    workspace: readWorkspace(valueOf(document, "workspace"), "/drone", sourceFolder(file.trigger.repository)),
    needs: [],
    verdict: judgeBranches(document, file),
    cell,
    own: valueOf(document, "x-outrigger"),
    environment: undefined,
    volumes: new Map(),
  };
}
