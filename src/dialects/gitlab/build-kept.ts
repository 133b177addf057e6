// What a job keeps: artifacts and caches, their variables replaced as the runner does.

import type { Artifacts, Cache, CacheKey, CachePolicy } from "../../model/artifacts.ts";
import { spanOf } from "../../yaml/yaml-node.ts";
import { expandWith } from "./build-image.ts";
import type { ArtifactsDeclaration, CacheDeclaration, CacheKeyDeclaration } from "./declarations.ts";
import { toMs } from "./environment-variables.ts";
import type { JobVariables } from "./job-variables.ts";
import type { Report } from "./report.ts";

/** Builds what jobs keep; jobs that keep the same, without variables in it, share it. */
export class KeptBuilder {
  readonly #artifacts = new Map<ArtifactsDeclaration, Artifacts>();
  readonly #caches = new Map<CacheDeclaration, Cache>();

  artifacts(declared: ArtifactsDeclaration, variables: JobVariables): Artifacts {
    const known = this.#artifacts.get(declared);
    if (known !== undefined) return known;
    const built = buildArtifacts(declared, variables);
    const texts = [declared.name ?? "", ...declared.paths, ...declared.exclude];
    if (isFixed([...texts, ...declared.reports.flatMap(({ paths }) => paths)])) this.#artifacts.set(declared, built);
    return built;
  }

  /** @param path of the job: `jobs:test`. */
  cache(declared: CacheDeclaration, variables: JobVariables, path: string, report: Report): Cache {
    const known = this.#caches.get(declared);
    if (known !== undefined) return known;
    const built = buildCache(declared, variables, path, report);
    const key = declared.key.kind === "text" ? [declared.key.text] : [declared.key.prefix ?? "", ...declared.key.files];
    const texts = [...key, ...declared.fallbackKeys, ...declared.paths];
    if (typeof declared.policy === "string" && isFixed(texts)) this.#caches.set(declared, built);
    return built;
  }
}

function isFixed(texts: readonly string[]): boolean {
  return !texts.some((text) => text.includes("$"));
}

/** @source GY-107, GY-208 */
function buildArtifacts(declared: ArtifactsDeclaration, variables: JobVariables): Artifacts {
  const expand = (text: string): string => expandWith(variables.all, text);
  const name = declared.name === undefined ? "" : expand(declared.name);
  return {
    ...(name === "" ? {} : { name }),
    paths: expandAll(declared.paths, expand),
    exclude: expandAll(declared.exclude, expand),
    untracked: declared.untracked,
    when: declared.when,
    ...(declared.expireIn === undefined ? {} : { expiresAfterMs: toMs(declared.expireIn) }),
    reports: declared.reports.map(({ kind, paths, at }) => ({ kind, paths: expandAll(paths, expand), at: spanOf(at) })),
    at: spanOf(declared.at),
  };
}

/** @source GY-107, GY-219 */
function buildCache(declared: CacheDeclaration, variables: JobVariables, path: string, report: Report): Cache {
  const expand = (text: string): string => expandWith(variables.all, text);
  return {
    key: buildKey(declared.key, expand),
    fallbackKeys: expandAll(declared.fallbackKeys, expand),
    paths: expandAll(declared.paths, expand),
    untracked: declared.untracked,
    policy: buildPolicy(declared, expand, path, report),
    when: declared.when,
    at: spanOf(declared.at),
  };
}

function buildKey(key: CacheKeyDeclaration, expand: (text: string) => string): CacheKey {
  if (key.kind === "text") return { kind: "text", text: expand(key.text) };
  const { files, by, prefix } = key;
  return {
    kind: "files",
    files: expandAll(files, expand),
    by,
    ...(prefix === undefined ? {} : { prefix: expand(prefix) }),
  };
}

/** A variable whose value is no policy counts as the default, and is told. @source GY-225 */
function buildPolicy(
  { policy }: CacheDeclaration,
  expand: (text: string) => string,
  path: string,
  report: Report,
): CachePolicy {
  if (typeof policy === "string") return policy;
  const word = expand(policy.text);
  if (word === "pull" || word === "push" || word === "pull-push") return word;
  const text = `${path}:cache policy "${policy.text}" is "${word}", expected one of: pull-push, push, pull`;
  const code = "invalid-cache-policy";
  report.whole("warning", { code, path: `${path}:cache`, text, at: policy.at, hint: "pull-push is used" });
  return "pull-push";
}

/** What expands to nothing is no path. */
function expandAll(texts: readonly string[], expand: (text: string) => string): readonly string[] {
  return texts.map(expand).filter((text) => text !== "");
}
