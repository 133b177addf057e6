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
import { judgeBranches } from "../drone-family/branch-filter.ts";
import type { Workflow } from "../drone-family/build-job.ts";
import {
  buildJobs,
  keepSections,
  type OpenedFile,
  onlyDocument,
  openFile,
  toCompiled,
} from "../drone-family/compile-family.ts";
import type { Cell } from "../drone-family/matrix.ts";
import type { Section } from "../drone-family/read-section.ts";
import { DRONE_03 } from "../drone-family/rules.ts";
import { checkTopLevel, type QuietKeys } from "../drone-family/top-level.ts";
import { itemsOf, textOf, valueAt, valueOf } from "../drone-family/values.ts";
import { readWorkspace, sourceFolder } from "../drone-family/workspace.ts";
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
  compile(source, context) {
    const file = openFile(source, DRONE_03, context);
    const jobs = onlyDocument(file).flatMap((document) => {
      checkTopLevel(document, READ, QUIET, file);
      return buildJobs(keepSections(document, READ), file, substituteLegacy, (replaced, cell) =>
        toWorkflow(replaced, cell, file),
      );
    });
    return toCompiled(file, jobs);
  },
};

function toWorkflow(document: YamlMapping, cell: Cell, file: OpenedFile): Workflow {
  const path = textOf(valueAt(document, "git", "path"));
  return {
    name: "build",
    at: document,
    sections: [stepSection(document), ...serviceSection(document, file)],
    workspace: readWorkspace(
      undefined,
      BASE,
      path === undefined ? sourceFolder(file.trigger.repository) : `src/${path}`,
    ),
    needs: [],
    verdict: judgeBranches(document, file),
    cell,
    own: valueOf(document, "x-outrigger"),
    environment: undefined,
    volumes: new Map(),
  };
}

/** Variables were written into the script, where the shell expanded them: `PATH=$PATH:...`. */
function stepSection(document: YamlMapping): Section {
  const script = valueOf(document, "script") ?? document;
  const env = valueOf(document, "env");
  const exports = (env === undefined ? [] : itemsOf(env)).flatMap((item) => toExport(item));
  const commands = sequenceOf(script, [...exports, ...(script === document ? [] : itemsOf(script))]);
  const image = valueOf(document, "image");
  const body = mapping(document, { ...(image === undefined ? {} : { image }), commands });
  return { kind: "step", path: "build", node: mapping(document, { build: body }) };
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
    entries.set(`${key.text}\0${index}`, { key, value: mapping(item, { image: item }) });
  }
  return [{ kind: "service", path: "services", node: mappingOf(node, entries) }];
}

/** Entries the file does not have in this form, at the place of what they were made of. */
function mapping(like: YamlNode, values: Readonly<Record<string, YamlNode>>): YamlMapping {
  const entries = Object.entries(values).map(([name, value]): [string, YamlEntry] => [
    name,
    {
      key: { kind: "scalar", text: name, plain: true, tag: undefined, source: value.source, offset: value.offset },
      value,
    },
  ]);
  return mappingOf({ ...like, tag: undefined }, new Map(entries));
}
