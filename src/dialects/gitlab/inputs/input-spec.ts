import type { YamlMapping, YamlNode, YamlScalar } from "../../../yaml/yaml-node.ts";
import { booleanOf, checkKeys, isNull, stringOf, valueOf } from "../config-values.ts";
import { INPUT_KEYS, INPUT_RULE_KEYS, type KnownKeys, SPEC_KEYS } from "../keywords.ts";
import type { Report } from "../report.ts";
import { isFloatOf, shownType } from "./input-types.ts";

export type InputType = (typeof INPUT_TYPES)[number];
export const INPUT_TYPES = ["string", "number", "boolean", "array"] as const;

export interface InputSpec {
  readonly name: string;
  readonly key: YamlScalar;
  readonly type: InputType;
  /** Undefined: a value has to be given. */
  readonly fallback: YamlNode | undefined;
  readonly options: readonly YamlNode[] | undefined;
  readonly regex: YamlNode | undefined;
  readonly rules: readonly InputRule[];
}

/** Options and default that hold when a condition on other inputs does. */
export interface InputRule {
  readonly condition: YamlNode | undefined;
  readonly options: readonly YamlNode[] | undefined;
  readonly fallback: YamlNode | undefined;
}

export interface FileSpec {
  readonly inputs: readonly InputSpec[];
  /** What of `$[[ component.* ]]` may be used. */
  readonly component: ReadonlySet<string>;
  /** The value of `spec:include`. */
  readonly include: YamlNode | undefined;
}

const MAX_OPTIONS = 50;

/** What the first of two documents says. @source GY-65 */
export function readSpec(header: YamlMapping, prefix: string, report: Report): FileSpec {
  const path = `${prefix}header:spec`;
  const spec = valueOf(header, "spec");
  const nothing: FileSpec = { inputs: [], component: new Set(), include: undefined };
  if (spec === undefined) return nothing;
  if (spec.kind !== "mapping") {
    report.error({ code: "invalid-header", path, text: "config should be a hash", at: spec });
    return nothing;
  }
  checkKeys(spec, SPEC_KEYS, path, report);
  const component = valueOf(spec, "component");
  const names = component?.kind === "sequence" ? component.items.flatMap((item) => stringOf(item) ?? []) : [];
  return {
    inputs: readInputSpecs(valueOf(spec, "inputs"), `${path}:inputs`, report),
    component: new Set(names),
    include: valueOf(spec, "include"),
  };
}

export function readInputSpecs(
  node: YamlNode | undefined,
  path: string,
  report: Report,
  keys = INPUT_KEYS,
): readonly InputSpec[] {
  if (node === undefined) return [];
  if (node.kind === "mapping") {
    return [...node.entries].map(([name, { key, value }]) =>
      readInput({ name, key, path: `${path}:${name}`, keys }, value, report),
    );
  }
  report.error({ code: "invalid-header", path, text: "config should be a hash", at: node });
  return [];
}

interface InputPlace extends Pick<InputSpec, "name" | "key"> {
  readonly path: string;
  readonly keys: KnownKeys;
}

function readInput({ name, key, path, keys }: InputPlace, node: YamlNode, report: Report): InputSpec {
  const empty = { name, key, type: "string", fallback: undefined, options: undefined, regex: undefined } as const;
  if (isNull(node)) return { ...empty, rules: [] };
  if (node.kind !== "mapping") {
    report.error({ code: "invalid-header", path, text: "config should be a hash", at: node });
    return { ...empty, rules: [] };
  }
  checkKeys(node, keys, path, report);
  const rules = valueOf(node, "rules");
  refuseTogether(node, rules, path, report);
  return {
    ...empty,
    type: readType(valueOf(node, "type"), path, report),
    // A default of null is one all the same (GY-67).
    fallback: node.entries.get("default")?.value,
    options: readOptions(valueOf(node, "options"), path, report),
    regex: valueOf(node, "regex"),
    rules: rules === undefined ? [] : readRules(rules, path, report),
  };
}

/** @source GY-65 */
function refuseTogether(node: YamlMapping, rules: YamlNode | undefined, path: string, report: Report): void {
  if (rules === undefined) return;
  const beside = ["options", "default"].filter((key) => node.entries.has(key));
  if (beside.length === 0) return;
  const text = `these keys cannot be used together: ${["rules", ...beside].join(", ")}`;
  report.error({ code: "invalid-header", path, text, at: rules });
}

/** @source GY-66 */
function readType(node: YamlNode | undefined, path: string, report: Report): InputType {
  if (node === undefined) return "string";
  const text = stringOf(node);
  const type = INPUT_TYPES.find((known) => known === text);
  if (type !== undefined) return type;
  const hint = `one of ${INPUT_TYPES.join(", ")}`;
  report.error({
    code: "invalid-header",
    path,
    text: `input type unknown value: ${text ?? shownType(node)}`,
    at: node,
    hint,
  });
  return "string";
}

/** @source GY-69 */
function readOptions(node: YamlNode | undefined, path: string, report: Report): readonly YamlNode[] | undefined {
  if (node === undefined) return undefined;
  const problem =
    node.kind !== "sequence"
      ? "options should be an array"
      : node.items.length > MAX_OPTIONS
        ? `cannot define more than ${MAX_OPTIONS} options`
        : node.items.some(isNull)
          ? "options array cannot contain null values"
          : undefined;
  if (problem !== undefined) report.error({ code: "invalid-header", path, text: problem, at: node });
  return node.kind === "sequence" ? node.items : undefined;
}

function readRules(node: YamlNode, path: string, report: Report): readonly InputRule[] {
  const rulesPath = `${path}:rules`;
  if (node.kind !== "sequence") {
    report.error({ code: "invalid-header", path: rulesPath, text: "config should be an array of hashes", at: node });
    return [];
  }
  return node.items.flatMap((item) => {
    if (item.kind !== "mapping") {
      report.error({ code: "invalid-header", path: `${rulesPath}:rule`, text: "config should be a hash", at: item });
      return [];
    }
    checkKeys(item, INPUT_RULE_KEYS, `${rulesPath}:rule`, report);
    const options = readOptions(valueOf(item, "options"), rulesPath, report);
    return [{ condition: valueOf(item, "if"), options, fallback: item.entries.get("default")?.value }];
  });
}

/** Whether a value is of a type; null is a string without a value. @source GY-67, GY-68 */
export function isOfType(node: YamlNode, type: InputType): boolean {
  switch (type) {
    case "string":
      return stringOf(node) !== undefined || isNull(node);
    case "number":
      return isFloatOf(node);
    case "boolean":
      return booleanOf(node) !== undefined;
    case "array":
      return node.kind === "sequence";
  }
}
