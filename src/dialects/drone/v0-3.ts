// Drone 0.3: one image, one script, services as a list of images.

import { imageBaseName, parseImageRef } from "../../model/image-ref.ts";
import {
  mappingOf,
  sequenceOf,
  type YamlEntry,
  type YamlMapping,
  type YamlNode,
  type YamlScalar,
} from "../../yaml/yaml-node.ts";
import type { Dialect } from "../dialect.ts";
import type { OpenedFile } from "../drone-family/compile-family.ts";
import { mappingAt } from "../drone-family/made-nodes.ts";
import { compileOneDocument, toPlainWorkflow } from "../drone-family/one-document.ts";
import type { Section } from "../drone-family/read-section.ts";
import { DRONE_03 } from "../drone-family/rules.ts";
import type { QuietKeys } from "../drone-family/top-level.ts";
import { itemsOf, textOf, valueAt, valueOf } from "../drone-family/values.ts";
import { workspaceAt } from "../drone-family/workspace.ts";
import { substituteLegacy } from "./legacy-substitution.ts";

const BASE = "/var/cache/drone";
const READ = ["image", "script", "services", "env", "branches", "matrix", "git"];
const SERVER_ONLY = "the server of Drone 0.3 did it after the build";
const QUIET: QuietKeys = {
  git: "",
  clone: "",
  cache: "nothing is kept between runs",
  notify: SERVER_ONLY,
  publish: SERVER_ONLY,
  deploy: SERVER_ONLY,
  email: SERVER_ONLY,
  hosts: "it changed the machine's own names",
  docker: "",
  allow_failures: "",
};

export const drone03: Dialect = {
  id: "drone-0.3",
  compile: (source, context) =>
    compileOneDocument(source, context, {
      rules: DRONE_03,
      substitution: substituteLegacy,
      read: READ,
      quiet: QUIET,
      open: (_, file) => (document, cell) =>
        toPlainWorkflow(document, cell, file, {
          sections: [stepSection(document), ...serviceSection(document, file)],
          workspace: workspaceAt(textOf(valueAt(document, "git", "path")), BASE, file.trigger.repository),
        }),
    }),
};

/** Variables were written into the script, where the shell expanded them: `PATH=$PATH:...`. */
function stepSection(document: YamlMapping): Section {
  const script = valueOf(document, "script") ?? document;
  const env = valueOf(document, "env");
  const exports = (env === undefined ? [] : itemsOf(env)).flatMap((item) => toExport(item));
  const commands = sequenceOf(script, [...exports, ...(script === document ? [] : itemsOf(script))]);
  const image = valueOf(document, "image");
  const body = mappingAt(document, { ...(image === undefined ? {} : { image }), commands });
  return { kind: "step", path: "build", node: mappingAt(document, { build: body }), isContainer: true };
}

function toExport(item: YamlNode): readonly YamlScalar[] {
  const [, name, value = ""] = /^([A-Za-z_]\w*)=(.*)$/s.exec(textOf(item) ?? "") ?? [];
  if (name === undefined || item.kind !== "scalar") return [];
  return [{ ...item, text: `export ${name}="${value.replaceAll(/(["\\`])/g, "\\$1")}"` }];
}

/** @source DR-21 */
function serviceSection(document: YamlMapping, file: OpenedFile): readonly Section[] {
  const node = valueOf(document, "services");
  if (node === undefined) return [];
  const entries = new Map<string, YamlEntry>();
  for (const [index, item] of itemsOf(node).entries()) {
    const text = textOf(item);
    if (text === undefined || item.kind !== "scalar") {
      const path = `services[${index}]`;
      file.findings.error({
        code: "invalid-container",
        text: `${path}: expected the name of an image`,
        at: item,
        path,
      });
      continue;
    }
    const ref = parseImageRef(text);
    const key: YamlScalar = { ...item, text: ref === undefined ? text : imageBaseName(ref) };
    entries.set(`${key.text}\0${index}`, { key, value: mappingAt(item, { image: item }) });
  }
  return [{ kind: "service", path: "services", node: mappingOf(node, entries) }];
}
