// Drone 0.4: one build, `compose` beside it, and plugins that publish, deploy and notify.

import { mappingOf, spanOf, type YamlMapping, type YamlNode } from "../../yaml/yaml-node.ts";
import type { Dialect } from "../dialect.ts";
import { compileOneDocument, toPlainWorkflow } from "../drone-family/one-document.ts";
import type { Section } from "../drone-family/read-section.ts";
import { DRONE_04 } from "../drone-family/rules.ts";
import { type QuietKeys, serviceSections } from "../drone-family/top-level.ts";
import { isNull, textOf, valueAt } from "../drone-family/values.ts";
import { workspaceAt } from "../drone-family/workspace.ts";
import { substituteLegacy } from "./legacy-substitution.ts";
import { isPluginSection, noteUndelivered, readPlugins } from "./v0-4-plugins.ts";

const READ = ["build", "compose", "services", "publish", "deploy", "notify", "branches", "matrix"];
const LEFT = "it is left from Drone 0.3";
const QUIET: QuietKeys = {
  image: LEFT,
  script: LEFT,
  env: LEFT,
  git: LEFT,
  clone: "",
  cache: "nothing is kept between runs",
  debug: "use --verbose",
};

export const drone04: Dialect = {
  id: "drone-0.4",
  compile: (source, context) =>
    compileOneDocument(source, context, {
      rules: DRONE_04,
      substitution: substituteLegacy,
      read: READ,
      quiet: QUIET,
      kept: [...READ, "clone"].filter((name) => context.deliver === true || !isPluginSection(name)),
      open(written, file) {
        noteUndelivered(written, file);
        return (document, cell) =>
          toPlainWorkflow(document, cell, file, {
            sections: [...buildSection(document), ...serviceSections(document, file)],
            workspace: workspaceAt(textOf(valueAt(document, "clone", "path")), "/drone", file.trigger.repository),
            moreSteps: (scope) => readPlugins(document, scope),
          });
      },
    }),
};

/** One container, or (a later 0.4) several by name. An empty one is allowed: the file then only publishes (DR-40). */
function buildSection(document: YamlMapping): readonly Section[] {
  const entry = document.entries.get("build");
  if (entry === undefined || isNull(entry.value)) return [];
  const { key, value } = entry;
  if (value.kind === "mapping" && !isContainer(value)) {
    if (value.entries.size === 0) return [];
    const areContainers = [...value.entries.values()].every((one) => one.value.kind === "mapping" || isNull(one.value));
    if (areContainers) return [{ kind: "step", path: "build", node: flatten(value) }];
  }
  return [
    {
      kind: "step",
      path: "build",
      node: mappingOf({ ...value, tag: undefined }, new Map([["build", { key, value }]])),
      isContainer: true,
    },
  ];
}

function isContainer(node: YamlMapping): boolean {
  return node.entries.has("image") || node.entries.has("commands");
}

/** A group of containers in the place of one (`build: {build: {name: {image}}}`) runs one after the other. */
function flatten(section: YamlMapping): YamlNode {
  const entries = [...section.entries].flatMap(([name, entry]) => {
    const inner = entry.value.kind === "mapping" && !isContainer(entry.value) ? entry.value : undefined;
    const isGroup =
      inner !== undefined &&
      inner.entries.size > 0 &&
      [...inner.entries.values()].every((one) => one.value.kind === "mapping" && isContainer(one.value));
    if (!isGroup) return [[name, entry] as const];
    return [...inner.entries.values()].map((one) => [`${one.key.text}\0${spanOf(one.key).line}`, one] as const);
  });
  return mappingOf({ ...section, tag: undefined }, new Map(entries));
}
