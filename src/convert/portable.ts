// A pipeline as every target wants it: names chosen, order spelled out, variables of the file only.

import type { Job, Pipeline, Service, Step } from "../model/pipeline.ts";
import type { Losses } from "./losses.ts";
import { type OwnVariables, ownVariables } from "./own-variables.ts";
import { replaceMarks, secretsIn, toVariableName } from "./secret-marks.ts";

export interface PortableJob {
  readonly job: Job;
  readonly name: string;
  readonly where: string;
  /** Jobs that must have ended first. */
  readonly needs: readonly string[];
  readonly services: readonly PortableService[];
  readonly steps: readonly PortableStep[];
}

export interface PortableService {
  readonly service: Service;
  /** Unique in its job; the host name that the steps use. */
  readonly name: string;
  /** Further host names. */
  readonly aliases: readonly string[];
  readonly variables: OwnVariables;
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
    return job.when !== "never";
  });
  const names = new Set(kept.map((job) => job.name));
  return kept.map((job) => toJob(job, pipeline, names, losses));
}

function toJob(job: Job, pipeline: Pipeline, names: ReadonlySet<string>, losses: Losses): PortableJob {
  const where = `job "${job.name}"`;
  for (const { kind, name, why } of job.skipped ?? []) losses.add(`${where}: ${kind} "${name}"`, why);
  if (job.when === "manual") losses.add(`${where}: when: manual`, "it starts by itself");
  if (Array.isArray(job.allowFailure)) losses.add(`${where}: allow_failure with exit codes`);
  return {
    job,
    name: job.name,
    where,
    needs: needsOf(job, pipeline).filter((name) => names.has(name)),
    services: nameServices(job, where, losses),
    steps: job.steps.map((step) => toStep(step, job, where, losses)),
  };
}

function needsOf(job: Job, { jobs, stages }: Pipeline): readonly string[] {
  if (job.order.kind === "needs") return job.order.needs.map((need) => need.job);
  const own = stages.indexOf(job.stage ?? "");
  return jobs.filter((other) => stages.indexOf(other.stage ?? "") < own).map((other) => other.name);
}

function nameServices(job: Job, where: string, losses: Losses): readonly PortableService[] {
  const taken = new Set<string>();
  return job.services.map((service) => {
    const wanted = chooseName(service);
    let name = wanted;
    for (let number = 2; taken.has(name); number += 1) name = `${wanted}-${number}`;
    taken.add(name);
    const place = `${where}: service "${name}"`;
    if (name !== wanted) losses.add(`${place}: host name "${wanted}"`, "another service of the job has it");
    if (service.ownReadiness !== undefined) losses.add(`${place}: readiness settings`, "Outrigger's own");
    const automatic = [name, name.toLowerCase(), name.replaceAll("_", "-"), name.toLowerCase().replaceAll("_", "-")];
    return {
      service,
      name,
      aliases: service.hostNames.filter((one) => !automatic.includes(one) && one !== wanted),
      variables: ownVariables(service.variables, place, losses),
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

function relativeFolder(folder: string | undefined, { workspace: { sourcePath } }: Job): string | undefined {
  if (folder === sourcePath) return ".";
  return folder?.startsWith(`${sourcePath}/`) === true ? folder.slice(sourcePath.length + 1) : folder;
}
