import type { SourceText } from "../../../text/source-text.ts";
import { mappingOf, sequenceOf, type YamlEntry, type YamlMapping, type YamlNode } from "../../../yaml/yaml-node.ts";
import { valueOf } from "../config-values.ts";
import type { JobDeclaration } from "../job-declaration.ts";
import { JOB_INPUT_KEYS } from "../keywords.ts";
import type { Report } from "../report.ts";
import { nodeOfText } from "./given-inputs.ts";
import { type InputSpec, readInputSpecs } from "./input-spec.ts";
import { inputText } from "./input-types.ts";
import { type InputValues, resolveInputs } from "./resolve-inputs.ts";

/** The keywords whose texts a runner makes with the job's inputs; all others are decided before. */
const KEYWORDS = ["script", "before_script", "after_script", "image", "services", "artifacts", "cache"];
const BLOCK = /\$\{\{\s*(.*?)\s*\}\}/g;
const ACCESS = /^job\.inputs\.([A-Za-z0-9_-]+)$/;

/** Puts a job's inputs where its texts name them. */
export interface InputReplacement {
  /** The job's own mapping. */
  readonly inJob: (job: YamlMapping) => YamlMapping;
  /** A default that the job takes; the same node where there is nothing to put in. */
  readonly inNode: (node: YamlNode) => YamlNode;
}

/**
 * The inputs that single jobs declare. They are text wherever they stand: a list is put in as JSON.
 *
 * @source GY-79
 */
export class JobInputs {
  readonly #given: ReadonlyMap<string, string>;
  readonly #report: Report;
  readonly #used = new Set<string>();
  readonly #known: string[] = [];
  readonly #hasBlocks = new Map<SourceText, boolean>();

  /** @param given by `JOB.NAME`. */
  constructor(given: ReadonlyMap<string, string>, report: Report) {
    this.#given = given;
    this.#report = report;
  }

  /** @returns undefined for a job that names no inputs, or with inputs that cannot be used, which has been told. */
  replacementFor(name: string, job: YamlMapping): InputReplacement | undefined {
    const declared = valueOf(job, "inputs");
    if (declared === undefined) return this.#mayName(job.source) ? this.#replacement(name, new Map()) : undefined;
    const before = this.#report.errorCount;
    const path = `jobs:${name}:inputs`;
    const specs = readInputSpecs(declared, path, this.#report, JOB_INPUT_KEYS);
    if (this.#report.errorCount === before) for (const spec of specs) this.#refuseWithoutDefault(spec, path);
    const given = this.#givenTo(name, specs);
    if (this.#report.errorCount > before) return undefined;
    const receiver = { prefix: `${path} `, givenAt: undefined, variable: () => undefined };
    const values = resolveInputs(specs, given, receiver, this.#report);
    return values && this.#replacement(name, values);
  }

  /** What was given and no job takes. @param jobs of this file; those that start a pipeline may have handed it on. */
  refuseUnused(root: YamlMapping, jobs: readonly JobDeclaration[]): void {
    for (const name of this.#given.keys()) {
      const isOfChild = jobs.some((job) => job.trigger !== undefined && name.startsWith(`${job.name}/`));
      if (this.#used.has(name) || isOfChild) continue;
      this.#report.whole("error", {
        code: "unknown-input",
        text: `no job has the input "${name}" (JOB.NAME)`,
        at: root,
        hint: this.#known.length === 0 ? "no job declares inputs" : `known are ${this.#known.join(", ")}`,
      });
    }
  }

  /** Whether a file holds a block at all; most hold none. */
  #mayName(source: SourceText): boolean {
    const known = this.#hasBlocks.get(source) ?? source.text.includes("${{");
    this.#hasBlocks.set(source, known);
    return known;
  }

  #refuseWithoutDefault({ name, key, fallback }: InputSpec, path: string): void {
    if (fallback !== undefined) return;
    const text = "must have a default value";
    this.#report.error({ code: "missing-input", path: `${path}:${name}`, text, at: key, hint: "add default: VALUE" });
  }

  #givenTo(job: string, specs: readonly InputSpec[]): ReadonlyMap<string, YamlNode> {
    const nodes = new Map<string, YamlNode>();
    for (const { name, type, key } of specs) {
      const full = `${job}.${name}`;
      this.#known.push(full);
      const text = this.#given.get(full);
      if (text === undefined) continue;
      this.#used.add(full);
      nodes.set(name, nodeOfText(text, type, key));
    }
    return nodes;
  }

  #replacement(job: string, values: InputValues): InputReplacement {
    const inNode = (node: YamlNode): YamlNode => this.#replaceIn(node, job, values);
    const inJob = (mapping: YamlMapping): YamlMapping => {
      const entries = new Map<string, YamlEntry>(mapping.entries);
      for (const [keyword, { key, value }] of mapping.entries) {
        if (KEYWORDS.includes(keyword)) entries.set(keyword, { key, value: inNode(value) });
      }
      return mappingOf(mapping, entries);
    };
    return { inJob, inNode };
  }

  #replaceIn(node: YamlNode, job: string, values: InputValues): YamlNode {
    if (node.kind === "scalar") {
      if (!node.text.includes("${{")) return node;
      const text = node.text.replaceAll(BLOCK, (block, expression: string) => {
        const value = values.get(ACCESS.exec(expression)?.[1] ?? "");
        if (value === undefined) this.#warnOfBlock(expression, node, job, values);
        return value === undefined ? block : inputText(value);
      });
      return text === node.text ? node : { ...node, text, plain: false };
    }
    if (node.kind === "sequence") {
      const items = node.items.map((item) => this.#replaceIn(item, job, values));
      return items.every((item, index) => item === node.items[index]) ? node : sequenceOf(node, items);
    }
    const entries = new Map<string, YamlEntry>();
    for (const [name, { key, value }] of node.entries) {
      entries.set(name, { key, value: this.#replaceIn(value, job, values) });
    }
    const isSame = [...entries].every(([name, { value }]) => node.entries.get(name)?.value === value);
    return isSame ? node : mappingOf(node, entries);
  }

  /** GitLab takes the file, and the job fails once it runs. */
  #warnOfBlock(expression: string, at: YamlNode, job: string, values: InputValues): void {
    const name = ACCESS.exec(expression)?.[1];
    // What stands in other braces may be meant for somebody else, where the job has no inputs.
    if (values.size === 0 && name === undefined) return;
    const text =
      name === undefined
        ? `"${expression}" is not put in: only job.inputs.NAME is`
        : `the job has no input "${name}", so that "${expression}" is not put in`;
    this.#report.whole("warning", {
      code: "invalid-interpolation",
      path: `jobs:${job}`,
      text,
      at,
      hint: values.size === 0 ? "it declares no inputs" : `its inputs are ${[...values.keys()].join(", ")}`,
    });
  }
}
