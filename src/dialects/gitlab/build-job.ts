import type { ImageSpec } from "../../model/container.ts";
import type { Job } from "../../model/pipeline.ts";
import type { Script, Step } from "../../model/step.ts";
import type { Variables } from "../../model/variables.ts";
import type { SourceSpan } from "../../text/source.ts";
import { spanOf } from "../../yaml/yaml-node.ts";
import {
  checkImageText,
  expandWith,
  hintForUnset,
  isAwaited,
  NO_CONTAINER_OPTIONS,
  noteAwaited,
  toImageSpec,
} from "./build-image.ts";
import type { KeptBuilder } from "./build-kept.ts";
import { buildOrder } from "./build-order.ts";
import { buildServices } from "./build-services.ts";
import { readDebugServices } from "./debug-services.ts";
import type { DecidedJob } from "./decisions/decide-job.ts";
import type { ImageDeclaration, RunStep } from "./declarations.ts";
import type { JobDeclaration } from "./job-declaration.ts";
import type { JobVariables } from "./job-variables.ts";
import type { OwnSettings } from "./own-settings.ts";
import { BUILDS_FOLDER } from "./predefined.ts";
import type { Report } from "./report.ts";
import { readSourceSettings } from "./source-settings.ts";

/** What GitLab.com's hosted runners take for a job that names no image. @source GY-138 */
export const DEFAULT_IMAGE = "ruby:3.1";

/** @source GY-113 */
const BY_HAND: Variables = new Map([
  ["CI_JOB_MANUAL", { value: "true", masked: false, isPublic: true, origin: "predefined" }],
]);

export interface JobPlace {
  readonly sourcePath: string;
  /** Jobs of the pipeline, by name: what can be waited for. */
  readonly jobNames: ReadonlySet<string>;
  readonly own: OwnSettings;
  readonly kept: KeptBuilder;
}

/** A checked job with its variables becomes a job of the model. */
export function buildJob(decided: DecidedJob, variables: JobVariables, place: JobPlace, report: Report): Job {
  const { job, decision } = decided;
  return {
    ...buildOrder(job, variables, place.jobNames),
    decision,
    ...(job.when === "never" ? { whyNever: decision.text } : {}),
    network: "bridge",
    workspace: {
      mountPath: BUILDS_FOLDER,
      sourcePath: place.sourcePath,
      sourcesBeforeServices: false,
      ...report.inJob(job.name, () => readSourceSettings(job, variables, report)),
    },
    services: buildServices(job, variables, place.own, report),
    steps: job.trigger === undefined ? [buildStep(job, variables, place, report)] : [],
    variables: variables.all,
    ...(job.when === "manual" ? { variablesByHand: BY_HAND } : {}),
    showServiceLogs: readDebugServices(job, variables, report),
    ...buildKept(job, variables, place.kept, report),
    ...(job.coverage === undefined ? {} : { coverage: job.coverage }),
    ...(job.beforeSources.length === 0 ? {} : { beforeSources: job.beforeSources }),
    ...(variables.missingSecrets.length === 0 ? {} : { missingSecrets: variables.missingSecrets }),
  };
}

function buildKept(
  job: JobDeclaration,
  variables: JobVariables,
  kept: KeptBuilder,
  report: Report,
): Pick<Job, "artifacts" | "caches"> {
  const { artifacts, caches } = job;
  const path = `jobs:${job.name}`;
  return {
    ...(artifacts === undefined ? {} : { artifacts: kept.artifacts(artifacts, variables) }),
    ...(caches.length === 0 ? {} : { caches: caches.map((cache) => kept.cache(cache, variables, path, report)) }),
  };
}

function buildStep(job: JobDeclaration, variables: JobVariables, place: JobPlace, report: Report): Step {
  const at = spanOf(job.key);
  const entrypoint = job.image?.entrypoint;
  return {
    ...NO_CONTAINER_OPTIONS,
    name: job.name,
    image: buildImage(job, variables, at, report),
    ...(entrypoint === undefined ? {} : { entrypoint }),
    variables: variables.all,
    workingDir: place.sourcePath,
    scripts: scriptsOf(job),
    detach: false,
    when: "on_success",
    ignoreFailure: false,
    at,
  };
}

/** @source GY-123, GY-132 */
function scriptsOf(job: JobDeclaration): readonly Script[] {
  const main: readonly Script[] = job.runSteps?.map(toScript) ?? [{ kind: "main", commands: job.commands }];
  return job.afterCommands.length === 0 ? main : [...main, { kind: "after", commands: job.afterCommands }];
}

function toScript({ script, env }: RunStep): Script {
  return { kind: "main", commands: [script], ...(env.size === 0 ? {} : { variables: env }) };
}

/** @source GS-121, GS-122 */
function buildImage(job: JobDeclaration, variables: JobVariables, jobAt: SourceSpan, report: Report): ImageSpec {
  if (job.image === undefined) {
    report.once({
      severity: "note",
      code: "default-image",
      message: `no image given, GitLab's default "${DEFAULT_IMAGE}" is used`,
      at: jobAt,
      path: `jobs:${job.name}`,
    });
    return { text: DEFAULT_IMAGE, isFallback: true, at: jobAt };
  }
  const text = expandWith(variables.all, job.image.name);
  if (text.trim() === "") return replaceEmpty(job.image, variables, report);
  checkImageText(job.image, text, variables, report);
  return toImageSpec(job.image, text, variables.all);
}

/** An image that expands to nothing is an image that was not given (GS-121). */
function replaceEmpty(image: ImageDeclaration, variables: JobVariables, report: Report): ImageSpec {
  const unset = variables.unsetIn(image.name);
  if (isAwaited(unset, variables)) {
    noteAwaited("image", image, unset, report);
    return toImageSpec(image, image.name, variables.all);
  }
  report.whole("warning", {
    code: "image-expands-to-nothing",
    path: image.path,
    text: `image "${image.name}" expands to nothing, GitLab's default "${DEFAULT_IMAGE}" is used`,
    at: image.at,
    hint: hintForUnset(unset) ?? "give its variable a value",
  });
  return { ...toImageSpec(image, DEFAULT_IMAGE, variables.all), isFallback: true };
}
