// Drone 1 and 2: documents with a `kind`, each pipeline one job (or one per cell of our matrix).

import type { Job } from "../../model/pipeline.ts";
import type { YamlMapping } from "../../yaml/yaml-node.ts";
import type { Dialect } from "../dialect.ts";
import type { Workflow } from "../drone-family/build-job.ts";
import {
  buildJobs,
  keepSections,
  type OpenedFile,
  openFile,
  substituteParameters,
  toCompiled,
} from "../drone-family/compile-family.ts";
import { judge, RUNS, type Verdict } from "../drone-family/conditions.ts";
import type { Cell } from "../drone-family/matrix.ts";
import type { Section } from "../drone-family/read-section.ts";
import { DRONE_1 } from "../drone-family/rules.ts";
import { findStepSection } from "../drone-family/step-section.ts";
import { reveal } from "../drone-family/substitute.ts";
import { checkTopLevel, type QuietKeys, serviceSections } from "../drone-family/top-level.ts";
import { textOf, valueAt, valueOf } from "../drone-family/values.ts";
import { coversSystem, readWorkspace } from "../drone-family/workspace.ts";
import { type Pipelines, readNeeds, sortDocuments } from "./v1-documents.ts";
import { readVolumes } from "./v1-volumes.ts";

const READ = (
  "kind type name steps services compose pipeline depends_on trigger environment volumes workspace matrix " +
  "image_pull_secrets"
).split(" ");
const QUIET: QuietKeys = { version: "", clone: "", concurrency: "", node: "", platform: "", labels: "", metadata: "" };

export const drone1: Dialect = {
  id: "drone-1",
  compile(source, context) {
    const file = openFile(source, DRONE_1, context);
    const pipelines = sortDocuments(file);
    const jobs: Job[] = [];
    for (const { document, name } of pipelines.runnable) {
      checkTopLevel(document, READ, QUIET, file);
      const toJob = (replaced: YamlMapping, cell: Cell): Workflow | undefined =>
        toWorkflow(name, replaced, cell, file, pipelines);
      jobs.push(...buildJobs(keepSections(document, READ), file, substituteParameters, toJob, jobs.length + 1));
    }
    return toCompiled(file, withJobNames(jobs, pipelines));
  },
};

function toWorkflow(
  name: string,
  document: YamlMapping,
  cell: Cell,
  file: OpenedFile,
  pipelines: Pipelines,
): Workflow | undefined {
  const sections = stepSections(document, file);
  if (sections === undefined) return undefined;
  const volumes = valueOf(document, "volumes");
  return {
    name,
    at: valueOf(document, "name") ?? document,
    sections: [...sections, ...serviceSections(document, file)],
    workspace: workspaceOf(document, file),
    needs: readNeeds(document, name, file, pipelines),
    verdict: triggerOf(document, file, cell),
    cell,
    own: valueOf(document, "x-outrigger"),
    environment: valueOf(document, "environment"),
    volumes: volumes === undefined ? new Map() : readVolumes(volumes, file.findings),
    pullSecrets: valueOf(document, "image_pull_secrets"),
    isPod: textOf(valueOf(document, "type")) === "kubernetes",
  };
}

/** `pipeline` in a document with a `kind` is left from 0.8 (DR-125). */
function stepSections(document: YamlMapping, file: OpenedFile): readonly Section[] | undefined {
  const path = findStepSection(document, ["steps", "pipeline"], file);
  const node = path === undefined ? undefined : valueOf(document, path);
  if (path === undefined || node === undefined) return undefined;
  if (path === "pipeline") {
    const text = '"pipeline" is the Drone 0.8 name of steps, and is used as such';
    const at = document.entries.get("pipeline")?.key ?? document;
    file.findings.warn({ code: "foreign-key", text, at, path });
  }
  return [{ kind: "step", path, node }];
}

function workspaceOf(document: YamlMapping, file: OpenedFile): Workflow["workspace"] {
  const node = valueOf(document, "workspace");
  const own = readWorkspace(undefined, "/drone/src", "");
  if (node === undefined) return own;
  const workspace = readWorkspace(node, "/drone/src", "");
  if (!coversSystem(workspace)) return workspace;
  const text = `workspace: "${workspace.mountPath}" would hide what images need; ${own.mountPath} is used, as in Drone 1`;
  file.findings.warn({ code: "workspace", text, at: node, path: "workspace" });
  return own;
}

/** @source DR-63, DR-242; `platform` that is not this machine's is told, and runs. */
function triggerOf(document: YamlMapping, file: OpenedFile, cell: Cell): Verdict {
  const arch = textOf(valueAt(document, "platform", "arch"));
  const [, ownArch] = file.trigger.platform.split("/");
  if (arch !== undefined && ownArch !== undefined && arch !== ownArch) {
    const text = `platform: arch ${arch} is not this machine's, the pipeline runs on ${ownArch}`;
    file.findings.note({ code: "platform", text, at: valueOf(document, "platform") ?? document, path: "platform" });
  }
  const trigger = valueOf(document, "trigger");
  return trigger === undefined ? RUNS : judge(reveal(trigger), "trigger", "trigger", { ...file, cell });
}

/** A pipeline with a matrix is several jobs, and whoever needs it needs them all. */
function withJobNames(jobs: readonly Job[], pipelines: Pipelines): readonly Job[] {
  const byPipeline = Map.groupBy(jobs, (job) => pipelines.nameAt(job.at.line));
  return jobs.map((job) => {
    if (job.order.kind !== "needs" || job.order.needs.length === 0) return job;
    const needs = job.order.needs.flatMap((need) =>
      (byPipeline.get(need.job) ?? []).map((one) => ({ ...need, job: one.name })),
    );
    return { ...job, order: { kind: "needs", needs } };
  });
}
