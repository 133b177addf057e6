import type { JobNeed } from "../../model/pipeline.ts";
import { lineOf, spanOf, type YamlMapping, type YamlNode } from "../../yaml/yaml-node.ts";
import type { OpenedFile } from "../drone-family/compile-family.ts";
import { findCycle } from "../drone-family/step-order.ts";
import { reveal } from "../drone-family/substitute.ts";
import { itemsOf, textOf, valueAt, valueOf } from "../drone-family/values.ts";

export interface NamedDocument {
  readonly document: YamlMapping;
  readonly name: string;
}

export interface Pipelines {
  readonly runnable: readonly NamedDocument[];
  /** Names of pipelines that are there but cannot run here. */
  readonly unsupported: ReadonlySet<string>;
  /** The pipeline that a line of the file belongs to. */
  nameAt(line: number): string;
}

/** Kinds that are no pipelines: what they stand for, and what to do instead. @source DR-26 */
const OTHER_KINDS: ReadonlyMap<string, string> = new Map([
  ["secret", "its value is not known here; give it with --secret-file"],
  ["signature", "signatures are not checked here"],
  ["cron", "schedules are the server's"],
  ["registry", "the engine's own credentials are used"],
  ["template", "templates are the server's, and are not supported"],
]);

/** Which documents are pipelines that can run, in file order. @source DR-26, DR-65 */
export function sortDocuments(file: OpenedFile): Pipelines {
  const runnable: NamedDocument[] = [];
  const unsupported = new Set<string>();
  for (const document of file.documents) {
    const kind = textOf(valueOf(document, "kind"));
    const keyNode = document.entries.get("kind")?.key ?? document;
    const other = OTHER_KINDS.get(kind ?? "");
    if (kind === undefined) {
      file.findings.error({
        code: "missing-kind",
        text: "yaml: missing kind attribute",
        at: document,
        hint: "add kind: pipeline",
      });
    } else if (other !== undefined) {
      const name = textOf(valueOf(document, "name"));
      const text = `kind: ${kind}${name === undefined ? "" : ` "${name}"`} is not run: ${other}`;
      file.findings.note({ code: "other-kind", text, at: keyNode, path: "kind" });
    } else {
      const name = nameOf(document);
      const why = findUnsupported(document);
      if (why === undefined) addPipeline({ document, name }, runnable, file);
      else {
        unsupported.add(name);
        file.findings.warn({
          code: "not-supported",
          text: `pipeline "${name}" is left out: ${why}`,
          at: keyNode,
          path: "type",
        });
      }
    }
  }
  if (runnable.length === 0 && !file.findings.hasErrors && file.start !== undefined) {
    file.findings.error({ code: "no-pipeline", text: "no pipeline of this file can be run here", at: file.start });
  }
  const pipelines: Pipelines = { runnable, unsupported, nameAt: (line) => nameAtLine(runnable, line) };
  checkCycle(pipelines, file);
  return pipelines;
}

/** An empty name is `default` (DR-56). */
function nameOf(document: YamlMapping): string {
  const node = valueOf(document, "name");
  const text = node === undefined ? undefined : textOf(reveal(node));
  return text === undefined || text === "" ? "default" : text;
}

function addPipeline(pipeline: NamedDocument, runnable: NamedDocument[], file: OpenedFile): void {
  if (runnable.some(({ name }) => name === pipeline.name)) {
    file.findings.error({
      code: "duplicate-pipeline",
      text: `linter: duplicate pipeline names: "${pipeline.name}" is used more than once`,
      at: valueOf(pipeline.document, "name") ?? pipeline.document,
      path: "name",
    });
    return;
  }
  runnable.push(pipeline);
}

/** @source DR-26, DR-65 */
function findUnsupported(document: YamlMapping): string | undefined {
  const type = textOf(valueOf(document, "type"));
  if (type !== undefined && !["", "docker", "kubernetes"].includes(type)) {
    return `runner type "${type}" is not supported (supported: docker)`;
  }
  const os = textOf(valueAt(document, "platform", "os"));
  return os !== undefined && os !== "linux" ? `platform os "${os}" is not supported (supported: linux)` : undefined;
}

function dependencyNodes(document: YamlMapping): readonly YamlNode[] {
  const node = valueOf(document, "depends_on");
  return node === undefined ? [] : itemsOf(node);
}

export function readNeeds(
  document: YamlMapping,
  own: string,
  file: OpenedFile,
  pipelines: Pipelines,
): readonly JobNeed[] {
  const known = new Set(pipelines.runnable.map(({ name }) => name));
  return dependencyNodes(document).flatMap((item, index): readonly JobNeed[] => {
    const name = textOf(item);
    const path = `depends_on[${index}]`;
    if (name === undefined || name === own) {
      const text =
        name === undefined
          ? `${path}: expected the name of a pipeline`
          : "linter: pipeline cannot have a dependency on itself";
      file.findings.error({ code: "invalid-dependency", text, at: item, path });
      return [];
    }
    if (known.has(name)) return [{ job: name, optional: false, artifacts: false, at: spanOf(item) }];
    if (!pipelines.unsupported.has(name)) {
      const text = `linter: invalid or unknown pipeline dependency: "${name}"`;
      file.findings.error({ code: "unknown-dependency", text, at: item, path });
    }
    return [];
  });
}

function checkCycle(pipelines: Pipelines, file: OpenedFile): void {
  const graph = new Map(
    pipelines.runnable.map(({ document, name }) => {
      const names = dependencyNodes(document).flatMap((item) => textOf(item) ?? []);
      return [name, names.filter((one) => one !== name)] as const;
    }),
  );
  const cycle = findCycle(graph);
  const first = pipelines.runnable.find(({ name }) => name === cycle?.[0]);
  if (cycle === undefined || first === undefined) return;
  file.findings.error({
    code: "pipeline-cycle",
    text: `linter: cyclical pipeline dependency detected: ${cycle.join(" -> ")}`,
    at: valueOf(first.document, "depends_on") ?? first.document,
    path: "depends_on",
  });
}

function nameAtLine(runnable: readonly NamedDocument[], line: number): string {
  return runnable.findLast(({ document }) => lineOf(document) <= line)?.name ?? "";
}
