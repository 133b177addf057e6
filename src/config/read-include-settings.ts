import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { UsageError } from "../model/outrigger-error.ts";
import type { IncludeSettings } from "../system/includes/include-settings.ts";
import { toSourceText } from "../text/source-text.ts";
import { readYaml, type YamlOptions } from "../yaml/read-yaml.ts";
import { spanOf, type YamlMapping, type YamlNode } from "../yaml/yaml-node.ts";

const YAML_OPTIONS: YamlOptions = {
  scalars: { toKey: (key) => key.text, findProblem: () => undefined },
  localTags: new Set(),
  limits: { maxBytes: 1024 * 1024, maxNodes: 10_000, maxDepth: 10 },
};

const KNOWN = ["projects", "templates", "allow_private"];

/**
 * `includes` of the person's `config.yml`; folders are relative to that file.
 *
 * @returns what is set; a file that is not there sets nothing.
 * @throws UsageError with the place of what is wrong.
 */
export async function readIncludeSettings(configFolder: string): Promise<IncludeSettings> {
  const file = join(configFolder, "config.yml");
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw new UsageError(`cannot read "${file}": ${error.message}`, { cause: error });
  });
  const nothing = { projects: new Map<string, string>(), templates: undefined, allowPrivate: false };
  const root = text === undefined ? undefined : parse(file, text);
  const includes = root?.kind === "mapping" ? root.entries.get("includes")?.value : undefined;
  if (includes === undefined) return nothing;
  const settings = mappingAt(includes, "includes");
  const unknown = [...settings.entries.values()].find(({ key }) => !KNOWN.includes(key.text));
  if (unknown !== undefined) refuse(unknown.key, `"${unknown.key.text}" is unknown, known are ${KNOWN.join(", ")}`);
  const projects = settings.entries.get("projects")?.value;
  const templates = settings.entries.get("templates")?.value;
  const place = (node: YamlNode): string => toPlace(textOf(node), dirname(file));
  return {
    projects: projects === undefined ? new Map() : placesOf(mappingAt(projects, "projects"), place),
    templates: templates && place(templates),
    allowPrivate: isYes(settings.entries.get("allow_private")?.value),
  };
}

/** A folder becomes absolute, from where it is written; an address stays. */
export function toPlace(text: string, folder: string): string {
  const isAddress = /^[a-z][a-z+.-]*:\/\//i.test(text) || /^[^/\\]{2,}:/.test(text);
  return isAddress ? text : resolve(folder, text);
}

function parse(file: string, text: string): YamlNode | undefined {
  const { documents, diagnostics } = readYaml(toSourceText(file, text), YAML_OPTIONS);
  const error = diagnostics.find(({ severity }) => severity === "error");
  if (error === undefined) return documents[0];
  throw new UsageError(error.message, { at: error.at, ...(error.hint === undefined ? {} : { hint: error.hint }) });
}

function placesOf(node: YamlMapping, place: (node: YamlNode) => string): ReadonlyMap<string, string> {
  return new Map([...node.entries].map(([name, { value }]) => [name, place(value)]));
}

function mappingAt(node: YamlNode, name: string): YamlMapping {
  return node.kind === "mapping" ? node : refuse(node, `${name} is a mapping`);
}

function textOf(node: YamlNode): string {
  return node.kind === "scalar" ? node.text : refuse(node, "expected a folder or an address");
}

function isYes(node: YamlNode | undefined): boolean {
  if (node === undefined) return false;
  const text = textOf(node);
  return text === "true" ? true : text === "false" ? false : refuse(node, "allow_private is true or false");
}

function refuse(node: YamlNode, message: string): never {
  throw new UsageError(message, { at: spanOf(node), hint: "see docs/gitlab.md, includes" });
}
