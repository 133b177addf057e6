import { defaultServiceNames } from "../dialects/gitlab/service-names.ts";
import type { ContainerSpec } from "../model/container.ts";
import { parseImageRef } from "../model/image-ref.ts";
import type { Job } from "../model/pipeline.ts";
import { mappingOf, type Writable, type WritableMap, writeYaml } from "../yaml/write-yaml.ts";
import { type GitlabJob, toGitlabJobs } from "./gitlab-jobs.ts";
import { gitlabOnlyFields } from "./gitlab-only-fields.ts";
import { ownSettingsOf } from "./gitlab-own-settings.ts";
import { escapeVariables } from "./gitlab-text.ts";
import type { Losses } from "./losses.ts";
import { isSame, type OwnValue, type OwnVariables } from "./own-variables.ts";
import type { PortableJob, PortableService } from "./portable.ts";
import { toVariableName } from "./secret-marks.ts";

type Field = readonly [string, Writable | undefined, (string | undefined)?];

const MAX_NEEDS = 50;

/** One file. `needs` says the order, so it has no stages of its own. */
export function toGitlab(jobs: readonly PortableJob[], losses: Losses): readonly string[] {
  const written = toGitlabJobs(jobs, losses);
  const hasOrder = written.some((one) => one.needs.length > 0);
  const root = mappingOf([
    [".outrigger", ownSettingsOf(jobs, losses), "Outrigger alone reads it: GitLab passes over keys with a dot"],
    ...written.map((one): Field => [toJobName(one.name), toJob(one, losses)]),
  ]);
  return [writeYaml(root, hasOrder ? ["needs says the order; every job is in the stage test"] : [])];
}

/** A few names mean something at the top of a file. */
function toJobName(name: string): string {
  const reserved = ["image", "services", "stages", "before_script", "after_script", "variables", "cache", "include"];
  return [...reserved, "default", "workflow", "pages", "true", "false", "nil"].includes(name) ? `${name}-job` : name;
}

function toJob(one: GitlabJob, losses: Losses): WritableMap {
  const { step, source } = one;
  if (one.needs.length > MAX_NEEDS) {
    losses.add(
      `${source.where}: it waits for ${one.needs.length} jobs`,
      `GitLab allows ${MAX_NEEDS} needs; use stages`,
    );
  }
  if (source.sourcePath !== undefined)
    losses.add(`${source.where}: sources at ${source.sourcePath}`, "they are in $CI_PROJECT_DIR");
  const services = source.services.map((service) => toService(service, one.variables));
  const when = step.when === "on_success" ? source.job.when : step.when;
  return mappingOf([
    ["image", imageOf(step.step)],
    ["services", services.length === 0 ? undefined : services],
    ["variables", variablesOf(one.variables, true), variablesComment(one)],
    ["needs", one.needs.length === 0 ? undefined : one.needs.map(toJobName)],
    ["when", when === "on_success" || when === "never" ? undefined : when],
    ["start_in", source.job.startInMs === undefined ? undefined : `${source.job.startInMs / 1000} seconds`],
    ["manual_confirmation", source.job.manualConfirmation],
    ["allow_failure", allowedOf(one)],
    ["retry", retryOf(source.job)],
    ["timeout", source.job.timeoutMs === undefined ? undefined : `${source.job.timeoutMs / 1000} seconds`],
    ...gitlabOnlyFields(source.job, source.where, toJobName, losses),
    scriptField(one, losses),
    ["after_script", step.after.length === 0 ? undefined : step.after],
  ]);
}

function allowedOf({ step, source }: GitlabJob): Writable | undefined {
  if (step.ignoreFailure) return true;
  const { allowFailure } = source.job;
  return typeof allowFailure === "boolean" ? undefined : mappingOf([["exit_codes", allowFailure]]);
}

function scriptField(one: GitlabJob, losses: Losses): Field {
  const { step } = one;
  if (one.commands.length === 0) {
    const own = [...(step.step.entrypoint ?? []), ...(step.step.command ?? [])].join(" ");
    losses.add(`${step.where}: a plugin without commands`, "GitLab runs scripts; its settings stand as variables");
    const text = `echo "put here what ${step.step.image.text} does${own === "" ? "" : `: ${own}`}" && exit 1`;
    return ["script", [text], "the image's own program did the work; a GitLab job has to name it"];
  }
  const folder = step.workingDir === undefined ? [] : [`cd ${quote(step.workingDir)}`];
  const comment =
    one.joined.length > 1 ? `steps ${one.joined.join(", ")}: one image, so one job, and one shell` : undefined;
  const script: Writable = [...folder, ...one.commands];
  return comment === undefined ? ["script", script] : ["script", script, comment];
}

function quote(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function imageOf(spec: ContainerSpec): Writable {
  const docker = mappingOf([
    ["user", spec.user ?? spec.image.user],
    ["platform", spec.image.platform],
  ]);
  const hasDocker = docker.entries.some((entry) => entry.value !== undefined);
  const fields: readonly Field[] = [
    ["entrypoint", spec.entrypoint],
    ["pull_policy", spec.image.pullPolicy],
    ["docker", hasDocker ? docker : undefined],
  ];
  const name = escapeVariables(spec.image.text);
  return fields.every(([, value]) => value === undefined) ? name : mappingOf([["name", name], ...fields]);
}

function toService(one: PortableService, ofJob: OwnVariables): Writable {
  const { service } = one;
  const user = service.user ?? service.image.user;
  const own = new Map([...one.variables].filter(([name, value]) => !isSame(value, ofJob.get(name))));
  const fields: readonly Field[] = [
    ["alias", aliasOf(one)],
    ["entrypoint", service.entrypoint],
    ["command", service.command],
    ["pull_policy", service.image.pullPolicy],
    ["docker", user === undefined ? undefined : mappingOf([["user", user]])],
    ["variables", variablesOf(own, false)],
  ];
  const name = escapeVariables(service.image.text);
  return fields.every(([, value]) => value === undefined) ? name : mappingOf([["name", name], ...fields]);
}

/** GitLab makes names of the image by itself, and warns about one that stands here as well (GS-211). */
function aliasOf({ name, aliases, service }: PortableService): string | undefined {
  const ref = parseImageRef(service.image.text);
  const derived = ref === undefined ? [] : defaultServiceNames(ref);
  const own = [name, ...aliases].filter((one) => !derived.includes(one));
  return own.length === 0 ? undefined : own.join(",");
}

/** @param isJob a project's variable of the same name is there already. */
function variablesOf(variables: OwnVariables, isJob: boolean): WritableMap | undefined {
  const fields = [...variables].flatMap(([name, value]): readonly Field[] => {
    if (value.kind === "text") return [[name, escapeVariables(value.text)]];
    const reference = toVariableName(value.secret);
    if (isJob && reference === name) return [];
    return [[name, `$${reference}`, secretComment(value)]];
  });
  return fields.length === 0 ? undefined : mappingOf(fields);
}

function variablesComment({ variables, source }: GitlabJob): string | undefined {
  const kept = [...variables].flatMap(([name, value]) =>
    value.kind === "secret" && toVariableName(value.secret) === name ? [name] : [],
  );
  const lines = [
    ...(source.services.length > 0 && variables.size > 0 ? ["GitLab gives a job's variables to its services too"] : []),
    ...(kept.length > 0 ? [`masked variables of the project: ${kept.join(", ")}`] : []),
  ];
  return lines.length === 0 ? undefined : lines.join("\n");
}

function secretComment(value: OwnValue): string {
  const name = value.kind === "secret" ? value.secret : "";
  return `secret "${name}": add it to the project's CI/CD variables, masked`;
}

function retryOf({ retry }: Job): WritableMap | undefined {
  if (retry.max === 0) return undefined;
  return mappingOf([
    ["max", retry.max],
    ["when", retry.when.length === 0 ? undefined : retry.when],
    ["exit_codes", retry.exitCodes.length === 0 ? undefined : retry.exitCodes],
  ]);
}
