// Variables that a person keeps in files: for one project, and for all.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FileVariable } from "../dialects/dialect.ts";
import { UsageError } from "../model/outrigger-error.ts";
import { toSourceText } from "../text/source-text.ts";
import { readYaml, type YamlOptions } from "../yaml/read-yaml.ts";
import { spanOf, type YamlMapping, type YamlNode } from "../yaml/yaml-node.ts";

const YAML_OPTIONS: YamlOptions = {
  scalars: { toKey: (key) => key.text, findProblem: () => undefined },
  localTags: new Set(),
  limits: { maxBytes: 1024 * 1024, maxNodes: 50_000, maxDepth: 10 },
};

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const KEYS = ["value", "values", "environment", "masked", "expand", "type"];

/**
 * `variables.yml` of the person's settings, then the project's own: `.gitlab-ci-local-variables.yml` and
 * `.outrigger/variables.yml`. Later ones win. What is not there sets nothing.
 *
 * @throws UsageError with the place of what is wrong, never with a value.
 * @source GY-95, GY-293
 */
export async function readVariableFiles(configFolder: string, projectFolder: string): Promise<readonly FileVariable[]> {
  const files: readonly (readonly [string, string])[] = [
    [join(configFolder, "variables.yml"), "user file"],
    [join(projectFolder, ".gitlab-ci-local-variables.yml"), "project file"],
    [join(projectFolder, ".outrigger", "variables.yml"), "project file"],
  ];
  const read = await Promise.all(files.map(async ([file, origin]) => readVariables(file, origin)));
  return read.flat();
}

async function readVariables(file: string, origin: string): Promise<readonly FileVariable[]> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw new UsageError(`cannot read "${file}": ${error.message}`, {
      hint: "variables are kept there: it has to be a file, and yours to read",
      cause: error,
    });
  });
  if (text === undefined || text.trim() === "") return [];
  const { documents, diagnostics } = readYaml(toSourceText(file, text), YAML_OPTIONS);
  const [root] = documents;
  const error = diagnostics.find(({ severity }) => severity === "error");
  if (error !== undefined) throw new UsageError(error.message, { at: error.at });
  if (root === undefined || (root.kind === "scalar" && root.text === "")) return [];
  if (root.kind !== "mapping") refuse(root, "expected a mapping of names and values");
  return [...root.entries].flatMap(([name, { key, value }]) => {
    if (!NAME.test(name)) refuse(key, `"${name}" is no name of a variable`);
    return toVariables({ name, file, origin }, value);
  });
}

type Named = Pick<FileVariable, "name" | "file" | "origin">;

function toVariables(named: Named, node: YamlNode): readonly FileVariable[] {
  if (node.kind === "scalar") return [{ ...named, ...PLAIN, value: node.text }];
  // Several values, for environments of their own.
  if (node.kind === "sequence") return node.items.flatMap((item) => toVariables(named, item));
  const unknown = [...node.entries.values()].find(({ key }) => !KEYS.includes(key.text));
  if (unknown !== undefined) refuse(unknown.key, `"${unknown.key.text}" is unknown, known are ${KEYS.join(", ")}`);
  const marked = {
    ...named,
    environment: textAt(node, "environment") ?? "*",
    masked: isTrue(node, "masked"),
    raw: textAt(node, "expand") === "false",
    isFile: readType(node),
  };
  const values = node.entries.get("values")?.value;
  if (values === undefined) return [{ ...marked, value: textAt(node, "value") ?? refuse(node, "value: is missing") }];
  if (values.kind !== "mapping") return refuse(values, "expected a mapping of environments and values");
  return [...values.entries].map(([environment, { value }]) => ({ ...marked, environment, value: textOf(value) }));
}

const PLAIN = { environment: "*", masked: false, raw: false, isFile: false } as const;

function readType(node: YamlMapping): boolean {
  const type = textAt(node, "type") ?? "variable";
  if (type === "file" || type === "variable" || type === "env_var") return type === "file";
  return refuse(node.entries.get("type")?.value ?? node, `type "${type}" is unknown, known are variable and file`);
}

function isTrue(node: YamlMapping, key: string): boolean {
  const text = textAt(node, key) ?? "false";
  if (text === "true" || text === "false") return text === "true";
  return refuse(node.entries.get(key)?.value ?? node, `${key}: expected true or false`);
}

function textAt(node: YamlMapping, key: string): string | undefined {
  const value = node.entries.get(key)?.value;
  return value && textOf(value);
}

function textOf(node: YamlNode): string {
  return node.kind === "scalar" ? node.text : refuse(node, "expected a text");
}

function refuse(node: YamlNode, message: string): never {
  throw new UsageError(message, { at: spanOf(node), hint: "see docs/gitlab.md, variables from files" });
}
