// Which dialect a file is written in, by what it holds.

import type { DialectId } from "../model/pipeline.ts";
import type { YamlMapping, YamlNode } from "../yaml/yaml-node.ts";
import type { DialectChoice, PipelineSource } from "./dialect.ts";
import { readDroneFile } from "./drone-family/read-file.ts";
import { isNull, valueOf } from "./drone-family/values.ts";
import { findVersionHint } from "./drone-family/version-hints.ts";

/** Sections in the order of DR-19 to DR-21, for files that no reader of YAML accepts. */
const BY_LINE: readonly (readonly [RegExp, DialectId, string])[] = [
  [/^["']?kind["']?\s*:/m, "drone-1", 'top-level "kind"'],
  [/^["']?pipeline["']?\s*:/m, "drone-0.8", 'top-level "pipeline"'],
  [/^["']?steps["']?\s*:/m, "woodpecker", 'top-level "steps"'],
  [/^["']?(?:compose|publish|deploy|notify|build)["']?\s*:/m, "drone-0.4", "its sections are those of Drone 0.4"],
];

/**
 * The rules are tried in the order of the document but for one: a file with an `image` and a `script` list is 0.3's even
 * when it has `publish`, `deploy` or `notify`, which 0.3 had as well. With `build` or `compose` beside them the file was
 * written for both, and 0.4 is the newer.
 *
 * @returns undefined when the file is none of the family's, as far as can be seen.
 * @source DR-19 to DR-25
 */
export function chooseByContent(source: PipelineSource): DialectChoice | undefined {
  // One document with a kind decides; files of many documents need not be read for that.
  if (/^["']?kind["']?[ \t]*:/m.test(source.text)) return { id: "drone-1", why: 'top-level "kind"' };
  const { documents } = readDroneFile(source);
  const mappings = documents.filter((document) => document.kind === "mapping");
  const [root] = mappings;
  if (root === undefined) return choiceByLine(source.text);
  if (mappings.some((document) => document.entries.has("kind"))) return { id: "drone-1", why: 'top-level "kind"' };
  if (mappingAt(root, "pipeline") !== undefined) return choosePipelineVersion(root);
  if (hasContainers(root, "steps")) return { id: "woodpecker", why: 'top-level "steps" without "kind"' };
  return chooseOldest(root);
}

function choosePipelineVersion(root: YamlMapping): DialectChoice {
  const hint = findVersionHint(root);
  if (hint === undefined) return { id: "drone-0.8", why: 'top-level "pipeline"' };
  return { id: hint.version === "0.5" ? "drone-0.5" : "drone-0.8", why: `top-level "pipeline", ${hint.why}` };
}

function chooseOldest(root: YamlMapping): DialectChoice | undefined {
  const script = valueOf(root, "script");
  const isScriptList = script?.kind === "sequence" || script?.kind === "scalar";
  const isNewer = root.entries.has("compose") || root.entries.has("build");
  if (isScriptList && !isNewer && valueOf(root, "image")?.kind === "scalar") {
    return { id: "drone-0.3", why: 'top-level "image" and a "script" list' };
  }
  if (script?.kind === "mapping" && !root.entries.has("build")) {
    // `compose` beside it is what the document of that week still shows, and 0.4 had no `script` (DR-4, DR-5, DR-16).
    return { id: "drone-0.5", why: 'top-level "script" with containers' };
  }
  const section = ["compose", "publish", "deploy", "notify"].find((name) => root.entries.has(name));
  if (section !== undefined) return { id: "drone-0.4", why: `top-level "${section}"` };
  const build = mappingAt(root, "build");
  if (build !== undefined && holdsContainer(build))
    return { id: "drone-0.4", why: 'top-level "build" with a container' };
  return root.entries.has("services") ? { id: "drone-0.5", why: 'top-level "services" alone' } : undefined;
}

/** A GitLab file may hold jobs of any name: `build`, `deploy`, `steps`. */
export function looksLikeGitlab(source: PipelineSource): boolean {
  const { documents } = readDroneFile(source);
  return documents.some(
    (document) =>
      document.kind === "mapping" &&
      (document.entries.has("stages") ||
        document.entries.has("include") ||
        [...document.entries.values()].some(({ value }) => value.kind === "mapping" && isGitlabJob(value))),
  );
}

function isGitlabJob(node: YamlMapping): boolean {
  const script = valueOf(node, "script");
  return (
    (script !== undefined && script.kind !== "mapping") || node.entries.has("extends") || node.entries.has("stage")
  );
}

function mappingAt(root: YamlMapping, key: string): YamlMapping | undefined {
  const node = valueOf(root, key);
  return node?.kind === "mapping" ? node : undefined;
}

function hasContainers(root: YamlMapping, key: string): boolean {
  const node = valueOf(root, key);
  return node !== undefined && node.kind !== "scalar";
}

/** `build: {image, commands}`, or several of them by name. */
function holdsContainer(node: YamlMapping): boolean {
  const isContainer = (one: YamlNode): boolean =>
    one.kind === "mapping" && (one.entries.has("image") || one.entries.has("commands"));
  return isContainer(node) || [...node.entries.values()].some(({ value }) => !isNull(value) && isContainer(value));
}

function choiceByLine(text: string): DialectChoice | undefined {
  const found = BY_LINE.find(([pattern]) => pattern.test(text));
  return found === undefined ? undefined : { id: found[1], why: found[2] };
}
