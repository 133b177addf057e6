// `pipeline:` and `services:`, Drone 0.5 to 0.8, and the week of the seed, in which `pipeline` was called `script`.

import type { CompiledPipeline, DialectContext, PipelineSource } from "../dialect.ts";
import { substituteParameters } from "../drone-family/compile-family.ts";
import { compileOneDocument, toPlainWorkflow } from "../drone-family/one-document.ts";
import type { Section } from "../drone-family/read-section.ts";
import type { DialectRules } from "../drone-family/rules.ts";
import { findStepSection } from "../drone-family/step-section.ts";
import { type QuietKeys, serviceSections } from "../drone-family/top-level.ts";
import { valueOf } from "../drone-family/values.ts";
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
  return compileOneDocument(source, context, {
    rules,
    substitution: substituteParameters,
    read: READ,
    quiet: QUIET,
    open(written, file) {
      const path = findStepSection(written, STEP_SECTIONS, file);
      if (path === undefined) return undefined;
      const isVersionUncertain = rules.id === "drone-0.8" && findVersionHint(written) === undefined;
      return (document, cell) => {
        const node = valueOf(document, path);
        const steps: readonly Section[] = node === undefined ? [] : [{ kind: "step", path, node }];
        const workspace = valueOf(document, "workspace");
        return toPlainWorkflow(document, cell, file, {
          sections: [...steps, ...serviceSections(document, file)],
          workspace: readWorkspace(workspace, "/drone", sourceFolder(file.trigger.repository)),
          isVersionUncertain,
        });
      };
    },
  });
}
