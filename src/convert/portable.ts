// A pipeline as every target wants it: names chosen, order spelled out, variables of the file only.

import type { ImageSpec } from "../model/container.ts";
import { parseImageRef } from "../model/image-ref.ts";
import type { Job, Pipeline } from "../model/pipeline.ts";
import type { OwnReadiness } from "../model/readiness.ts";
import type { Service } from "../model/service.ts";
import type { Step } from "../model/step.ts";
import {
  IMAGE_FATES,
  JOB_FATES,
  PIPELINE_FATES,
  SCRIPT_FATES,
  SERVICE_FATES,
  STEP_FATES,
  tellLosses,
} from "./fates.ts";
import type { Losses } from "./losses.ts";
import { readinessOf } from "./own-keys.ts";
import { type OwnVariables, ownVariables } from "./own-variables.ts";
import { replaceMarks, secretsIn, toVariableName } from "./secret-marks.ts";
import { chosenWorkspace } from "./workspace-path.ts";

export interface PortableJob {
  readonly job: Job;
  readonly name: string;
  readonly where: string;
  /** Jobs that must have ended first. */
  readonly needs: readonly string[];
  readonly services: readonly PortableService[];
  readonly steps: readonly PortableStep[];
  /** Where the sources have to be, when the file depends on it. */
  readonly sourcePath: string | undefined;
}

export interface PortableService {
  readonly service: Service;
  /** Unique in its job; the host name that the steps use. */
  readonly name: string;
  /** Further host names. */
  readonly aliases: readonly string[];
  readonly variables: OwnVariables;
  readonly readiness: OwnReadiness | undefined;
  /** Names of services of its job that have to be ready before it starts. */
  readonly dependsOn: readonly string[];
  readonly privileged: boolean;
  /** Relative to the sources where it is one of theirs. */
  readonly workingDir: string | undefined;
  readonly where: string;
}

export interface PortableStep {
  readonly step: Step;
  readonly name: string;
  readonly variables: OwnVariables;
  readonly commands: readonly string[];
  /** Runs in a shell of its own whatever `commands` gave. */
  readonly after: readonly string[];
  /** Steps that must have ended first; undefined: the one before it. */
  readonly dependsOn: readonly string[] | undefined;
  readonly when: Step["when"];
  readonly ignoreFailure: boolean;
  /** Relative to the sources; undefined: the sources themselves. */
  readonly workingDir: string | undefined;
  readonly where: string;
}

/** Jobs that this run leaves out are told and not carried over: their conditions cannot be. */
export function toPortable(pipeline: Pipeline, losses: Losses): readonly PortableJob[] {
  const kept = pipeline.jobs.filter((job) => {
    if (job.when === "never") losses.add(`job "${job.name}"`, job.whyNever ?? "its conditions leave it out");
    if (job.trigger !== undefined) losses.add(`job "${job.name}"`, "it starts another pipeline");
    return job.when !== "never" && job.trigger === undefined;
  });
  tellLosses(pipeline, PIPELINE_FATES, pipeline.file, losses);
  const names = new Set(kept.map((job) => job.name));
  return kept.map((job) => toJob(job, pipeline, names, losses));
}

function toJob(job: Job, pipeline: Pipeline, names: ReadonlySet<string>, losses: Losses): PortableJob {
  const where = `job "${job.name}"`;
  for (const { kind, name, why } of job.skipped ?? []) losses.add(`${where}: ${kind} "${name}"`, why);
  tellLosses(job, JOB_FATES, where, losses);
  const steps = job.steps.map((step) => toStep(step, job, where, losses));
  return {
    job,
    name: job.name,
    where,
    needs: needsOf(job, pipeline).filter((name) => names.has(name)),
    services: nameServices(job, where, losses),
    steps,
    sourcePath: chosenWorkspace(job, steps.flatMap(textsOf)),
  };
}

function textsOf({ commands, after, variables }: PortableStep): readonly string[] {
  const values = [...variables.values()].flatMap((value) => (value.kind === "text" ? [value.text] : []));
  return [...commands, ...after, ...values];
}

function needsOf(job: Job, { jobs, stages }: Pipeline): readonly string[] {
  if (job.order.kind === "needs") return job.order.needs.map((need) => need.job);
  const own = stages.indexOf(job.stage ?? "");
  return jobs.filter((other) => stages.indexOf(other.stage ?? "") < own).map((other) => other.name);
}

function nameServices(job: Job, where: string, losses: Losses): readonly PortableService[] {
  const taken = new Set<string>();
  const named = job.services.map((service) => {
    const wanted = chooseName(service);
    let name = wanted;
    for (let number = 2; taken.has(name); number += 1) name = `${wanted}-${number}`;
    taken.add(name);
    return { service, wanted, name };
  });
  const nameOf = (label: string): readonly string[] =>
    named.filter(({ service }) => service.label === label).map(({ name }) => name);
  return named.map(({ service, wanted, name }) => {
    const place = `${where}: service "${name}"`;
    if (name !== wanted) losses.add(`${place}: host name "${wanted}"`, "another service of the job has it");
    tellLosses(service, SERVICE_FATES, place, losses);
    tellImage(service.image, place, losses);
    const automatic = [name, name.toLowerCase(), name.replaceAll("_", "-"), name.toLowerCase().replaceAll("_", "-")];
    return {
      service,
      name,
      aliases: service.hostNames.filter((one) => !automatic.includes(one) && one !== wanted),
      variables: ownVariables(service.variables, place, losses),
      readiness: readinessOf(service),
      dependsOn: (service.dependsOn ?? []).flatMap(nameOf),
      privileged: service.privileged || service.wantsPrivileged,
      workingDir: relativeFolder(service.workingDir, job),
      where: place,
    };
  });
}

/** The user's own word first; of derived names the one without underscores, which every resolver takes. */
function chooseName({ hostNames, derivedNameCount, label }: Service): string {
  if (derivedNameCount === 0) return label;
  return hostNames[derivedNameCount] ?? hostNames[derivedNameCount - 1] ?? label;
}

function toStep(step: Step, job: Job, where: string, losses: Losses): PortableStep {
  const place = `${where}: step "${step.name}"`;
  tellLosses(step, STEP_FATES, place, losses);
  tellImage(step.image, place, losses);
  for (const script of step.scripts) tellLosses(script, SCRIPT_FATES, place, losses);
  const scriptOf = (kind: "main" | "after"): readonly string[] =>
    step.scripts.filter((script) => script.kind === kind).flatMap((script) => script.commands);
  const [commands, after] = [scriptOf("main"), scriptOf("after")];
  const variables = new Map(ownVariables(step.variables, place, losses));
  const folder = relativeFolder(step.workingDir, job);
  for (const secret of [...commands, ...after].flatMap(secretsIn)) {
    variables.set(toVariableName(secret), { kind: "secret", secret });
  }
  const toShell = (command: string): string => replaceMarks(command, (name) => `\${${toVariableName(name)}}`);
  return {
    step,
    name: step.name,
    variables,
    commands: commands.map(toShell),
    after: after.map(toShell),
    dependsOn: step.dependsOn,
    when: step.when,
    ignoreFailure: step.ignoreFailure || job.allowFailure === true,
    workingDir: folder === "." ? undefined : folder,
    where: place,
  };
}

function tellImage(image: ImageSpec, place: string, losses: Losses): void {
  tellLosses(image, IMAGE_FATES, place, losses);
  if (parseImageRef(image.text) !== undefined) return;
  losses.add(`${place}: image "${image.text}" is no image reference`, "give its variables with --variable NAME=VALUE");
}

function relativeFolder(folder: string | undefined, { workspace: { sourcePath } }: Job): string | undefined {
  if (folder === sourcePath) return ".";
  return folder?.startsWith(`${sourcePath}/`) === true ? folder.slice(sourcePath.length + 1) : folder;
}
