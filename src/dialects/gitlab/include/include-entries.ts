import type { YamlMapping, YamlNode } from "../../../yaml/yaml-node.ts";
import { isNull, stringOf, valueOf } from "../config-values.ts";
import type { Report } from "../report.ts";
import { shownNode } from "./shown-node.ts";

/** One thing to take in, as it is written. */
export interface IncludeEntry {
  readonly kind: IncludeKind;
  /** The value of `local`, `remote`, `template`, `component`, `artifact`; of `project` the project's name. */
  readonly location: string;
  /** Of `project` only. */
  readonly files: readonly string[];
  readonly ref: string | undefined;
  /** Of `artifact` only. */
  readonly job: string | undefined;
  readonly integrity: string | undefined;
  /** Undefined: always taken. */
  readonly rules: YamlNode | undefined;
  readonly inputs: YamlMapping | undefined;
  readonly at: YamlNode;
}

export type IncludeKind = (typeof KINDS)[number];

const KINDS = ["local", "project", "remote", "template", "component", "artifact"] as const;
const SUBKEYS = KINDS.map((kind) => `\`${kind}\``).join(", ");

/** What may stand beside each kind. @source GY-46 */
const EXTRA_KEYS: Readonly<Record<IncludeKind, readonly string[]>> = {
  local: [],
  project: ["file", "ref"],
  remote: ["integrity"],
  template: [],
  component: [],
  artifact: ["job"],
};

/** Lists in lists come from `!reference` and anchors. */
const MAX_LEVELS = 2;

/** The value of `include`. What cannot be read is told and left out. @source GY-44 to GY-47 */
export function readIncludes(value: YamlNode, report: Report): readonly IncludeEntry[] {
  if (isNull(value)) return [];
  return itemsOf(value, MAX_LEVELS).flatMap((item) => readEntry(item, report) ?? []);
}

function itemsOf(node: YamlNode, levels: number): readonly YamlNode[] {
  // A `!reference` is written as a list, and is none.
  if (node.kind !== "sequence" || node.tag !== undefined || levels === 0) return [node];
  return node.items.flatMap((item) => itemsOf(item, levels - 1));
}

function readEntry(node: YamlNode, report: Report): IncludeEntry | undefined {
  const text = stringOf(node);
  if (text !== undefined) return entryOf(/^https?:\/\//i.test(text) ? "remote" : "local", text, node);
  if (node.kind === "mapping" && node.tag === undefined) return readMapping(node, report);
  const isReference = node.tag === "!reference";
  return report.error({
    code: "invalid-include",
    path: "include",
    text: "config should be an array of hashes or strings",
    at: node,
    hint: isReference ? "include is read before any !reference; write the files here" : "name a file, or {local: FILE}",
  });
}

function entryOf(kind: IncludeKind, location: string, at: YamlNode): IncludeEntry {
  const nothing = { ref: undefined, job: undefined, integrity: undefined, rules: undefined, inputs: undefined };
  return { kind, location, files: [], ...nothing, at };
}

function readMapping(node: YamlMapping, report: Report): IncludeEntry | undefined {
  const kinds = KINDS.filter((kind) => node.entries.has(kind));
  const [kind] = kinds;
  if (kind === undefined) {
    const text = `\`${shownNode(node)}\` does not have a valid subkey for include. Valid subkeys are: ${SUBKEYS}`;
    return refuse(node, text, report);
  }
  if (kinds.length > 1) return refuse(node, `Each include must use only one of: ${SUBKEYS}`, report);
  checkExtraKeys(node, kind, report);
  const value = node.entries.get(kind)?.value ?? node;
  const location = stringOf(value);
  if (location === undefined)
    return refuse(value, `Included file \`${shownNode(value)}\` needs to be a string`, report);
  const files = kind === "project" ? readFiles(node, report) : [];
  const inputs = valueOf(node, "inputs");
  if (inputs !== undefined && inputs.kind !== "mapping") {
    report.error({ code: "invalid-include", path: "include:inputs", text: "config should be a hash", at: inputs });
  }
  return {
    ...entryOf(kind, location, node),
    files: files ?? [],
    ref: textAt(node, "ref", report),
    job: textAt(node, "job", report),
    integrity: readIntegrity(node, kind, report),
    rules: valueOf(node, "rules"),
    inputs: inputs?.kind === "mapping" ? inputs : undefined,
    at: value,
  };
}

function checkExtraKeys(node: YamlMapping, kind: IncludeKind, report: Report): void {
  const known = new Set<string>([kind, "rules", "inputs", ...EXTRA_KEYS[kind]]);
  // Its own message says more than that it is unknown.
  if (kind !== "remote") known.add("integrity");
  const unknown = [...node.entries.values()].filter((entry) => !known.has(entry.key.text));
  const [first] = unknown;
  if (first === undefined) return;
  const names = unknown.map((entry) => entry.key.text).join(", ");
  report.error({
    code: "unknown-key",
    path: "include",
    text: `config contains unknown keys: ${names}`,
    at: first.key,
    hint: `known beside ${kind}: ${[...known].filter((key) => key !== kind).join(", ")}`,
  });
}

/** @source GY-50 */
function readFiles(node: YamlMapping, report: Report): readonly string[] | undefined {
  const file = valueOf(node, "file");
  const items = file === undefined ? [] : itemsOf(file, MAX_LEVELS);
  if (items.length === 0) {
    return report.error({
      code: "invalid-include",
      path: "include",
      text: "config must specify the file where to fetch the config from",
      at: node,
      hint: "add file: PATH",
    });
  }
  return items.flatMap((item) => {
    const text = stringOf(item);
    if (text === undefined) refuse(item, `Included file \`${shownNode(item)}\` needs to be a string`, report);
    return text ?? [];
  });
}

function textAt(node: YamlMapping, key: string, report: Report): string | undefined {
  const value = valueOf(node, key);
  if (value === undefined) return undefined;
  const text = value.kind === "scalar" ? value.text : undefined;
  if (text === undefined) {
    report.error({ code: "invalid-include", path: "include", text: `${key} should be a string`, at: value });
  }
  return text;
}

/** @source GY-52 */
function readIntegrity(node: YamlMapping, kind: IncludeKind, report: Report): string | undefined {
  const value = valueOf(node, "integrity");
  if (value === undefined) return undefined;
  const text = stringOf(value) ?? "";
  const problem =
    kind === "remote" ? findIntegrityProblem(text) : "integrity can only be specified for remote includes";
  if (problem === undefined) return text;
  return report.error({ code: "invalid-include", path: "include", text: `config ${problem}`, at: value });
}

function findIntegrityProblem(text: string): string | undefined {
  if (!text.startsWith("sha256-")) return "integrity hash must start with 'sha256-'";
  const hash = text.slice("sha256-".length);
  const isHash = /^[A-Za-z0-9+/]{43}=$/.test(hash);
  return isHash ? undefined : "integrity hash must be base64 encoded";
}

function refuse(at: YamlNode, text: string, report: Report): undefined {
  report.whole("error", { code: "invalid-include", path: "include", text, at });
}
