// What only GitLab has words for: from one GitLab file to another it is kept.

import type { ArtifactReport, Artifacts, Cache } from "../model/artifacts.ts";
import type { Environment } from "../model/environment.ts";
import type { Job } from "../model/pipeline.ts";
import { mappingOf, type Writable, type WritableMap } from "../yaml/write-yaml.ts";
import { escapeVariables } from "./gitlab-text.ts";
import type { Losses } from "./losses.ts";

type Field = readonly [string, Writable | undefined];

/** Not carried over with a list of files alone: its form would have to be known. */
const NEEDS_FORM = "coverage_report";

/** @param where of the job, for what is lost. @param nameOf the name that a job has in the new file. */
export function gitlabOnlyFields(
  job: Job,
  where: string,
  nameOf: (job: string) => string,
  losses: Losses,
): readonly Field[] {
  const { artifacts, caches, dependencies, coverage, environment, beforeSources } = job;
  return [
    ["dependencies", dependencies?.map((one) => nameOf(one.job))],
    ["hooks", beforeSources === undefined ? undefined : mappingOf([["pre_get_sources_script", beforeSources]])],
    ["cache", caches === undefined || caches.length === 0 ? undefined : caches.map(toCache)],
    ["artifacts", artifacts && toArtifacts(artifacts, where, losses)],
    ["coverage", coverage && `/${coverage.body}/${coverage.flags}`],
    ["environment", environment && toEnvironment(environment, where, nameOf, losses)],
    ["resource_group", job.resourceGroup && escapeVariables(job.resourceGroup)],
    ["interruptible", job.interruptible],
  ];
}

/** @source GY-208 to GY-216 */
function toArtifacts(artifacts: Artifacts, where: string, losses: Losses): WritableMap {
  const { name, paths, exclude, untracked, when, expiresAfterMs, reports } = artifacts;
  const known = reports.filter(({ kind }) => kind !== NEEDS_FORM);
  if (known.length < reports.length) losses.add(`${where}: artifacts: reports: ${NEEDS_FORM}`);
  return mappingOf([
    ["name", name && escapeVariables(name)],
    ["paths", listOf(paths)],
    ["exclude", listOf(exclude)],
    ["untracked", untracked || undefined],
    ["when", when === "on_success" ? undefined : when],
    ["expire_in", expiresAfterMs === undefined ? undefined : toLifetime(expiresAfterMs)],
    ["reports", known.length === 0 ? undefined : mappingOf(known.map(toReport))],
  ]);
}

function toReport({ kind, paths }: ArtifactReport): Field {
  return [kind, paths.map(escapeVariables)];
}

/** @source GY-219 to GY-226 */
function toCache(cache: Cache): WritableMap {
  const { paths, untracked, policy, when, fallbackKeys } = cache;
  return mappingOf([
    ["key", toKey(cache)],
    ["fallback_keys", listOf(fallbackKeys)],
    ["paths", listOf(paths)],
    ["untracked", untracked || undefined],
    ["policy", policy === "pull-push" ? undefined : policy],
    ["when", when === "on_success" ? undefined : when],
  ]);
}

function toKey({ key }: Cache): Writable | undefined {
  if (key.kind === "text") return key.text === "default" ? undefined : escapeVariables(key.text);
  return mappingOf([
    [key.by === "commit" ? "files_commits" : "files", key.files.map(escapeVariables)],
    ["prefix", key.prefix && escapeVariables(key.prefix)],
  ]);
}

/** @source GY-236 */
function toEnvironment(
  { name, url, action, tier, onStop, stopsAfterMs }: Environment,
  where: string,
  nameOf: (job: string) => string,
  losses: Losses,
): WritableMap | undefined {
  // Of a variable that this checkout does not know, like the branch of a folder without git.
  if (name === "" || name.startsWith("/") || name.endsWith("/")) {
    losses.add(`${where}: environment`, `"${name}" is no name, as this checkout does not know all of it`);
    return undefined;
  }
  return mappingOf([
    ["name", name],
    // What is still in it is put in after the job's end (GY-108).
    ["url", url],
    ["action", action === "start" ? undefined : action],
    ["deployment_tier", tier],
    ["on_stop", onStop && nameOf(onStop)],
    ["auto_stop_in", stopsAfterMs === undefined ? undefined : toLifetime(stopsAfterMs)],
  ]);
}

function listOf(texts: readonly string[]): Writable | undefined {
  return texts.length === 0 ? undefined : texts.map(escapeVariables);
}

function toLifetime(time: number | "never"): string {
  return time === "never" ? time : `${time / 1000} seconds`;
}
