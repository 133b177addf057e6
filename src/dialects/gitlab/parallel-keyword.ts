import type { YamlMapping, YamlNode } from "../../yaml/yaml-node.ts";
import { booleanOf, checkKeys, integerOf, scalarTextOf, valueOf } from "./config-values.ts";
import type { MatrixDeclaration, ParallelDeclaration } from "./declarations.ts";
import { knownKeys } from "./keywords.ts";
import type { Report } from "./report.ts";

const KEYS = knownKeys("parallel");
const CODE = "invalid-parallel";

/** GitLab's own limit for a number and for a matrix. */
const MAX_INSTANCES = 200;

/** @source GY-228, GY-229 */
export function readParallel(value: YamlNode, path: string, report: Report): ParallelDeclaration | undefined {
  const count = integerOf(value);
  if (count !== undefined) return checkCount(count, value, path, report);
  if (value.kind !== "mapping") {
    return report.error({ code: CODE, path, text: "should be an integer or a hash", at: value });
  }
  checkKeys(value, KEYS, path, report);
  const matrix = valueOf(value, "matrix");
  if (matrix === undefined) {
    return report.error({ code: CODE, path, text: "config missing required keys: matrix", at: value });
  }
  const read = readMatrix(matrix, `${path}:matrix`, report);
  if (read === undefined) return undefined;
  if (read.items.length > 0) return { kind: "matrix", ...read };
  return report.error({ code: CODE, path: `${path}:matrix`, text: "config can't be blank", at: matrix });
}

/** A trigger job takes no number: there would be nothing to tell its pipelines apart. @source GY-231 */
export function readTriggerParallel(value: YamlNode, path: string, report: Report): ParallelDeclaration | undefined {
  if (integerOf(value) === undefined) return readParallel(value, path, report);
  const text = 'config cannot use "parallel: <number>".';
  return report.error({ code: CODE, path, text, at: value, hint: "use parallel:matrix" });
}

function checkCount(count: number, at: YamlNode, path: string, report: Report): ParallelDeclaration | undefined {
  const limit =
    count < 1
      ? "greater than or equal to 1"
      : count > MAX_INSTANCES
        ? `less than or equal to ${MAX_INSTANCES}`
        : undefined;
  if (limit === undefined) return { kind: "count", count };
  return report.error({ code: CODE, path, text: `config must be ${limit}`, at });
}

/** Also of `needs:parallel:matrix`. */
export function readMatrix(value: YamlNode, path: string, report: Report): MatrixDeclaration | undefined {
  if (value.kind !== "sequence") {
    return report.error({ code: CODE, path, text: "config should be an array of hashes", at: value });
  }
  const items: ReadonlyMap<string, readonly (string | undefined)[]>[] = [];
  let count = 0;
  for (const item of value.items.flatMap((one) => (one.kind === "sequence" ? one.items : [one]))) {
    const read = readItem(item, path, report);
    if (read === undefined) return undefined;
    items.push(read);
    count += [...read.values()].reduce((product, values) => product * values.length, 1);
    if (count > MAX_INSTANCES) {
      const text = `config generates too many jobs (maximum is ${MAX_INSTANCES})`;
      return report.error({ code: CODE, path, text, at: value });
    }
  }
  return { items, at: value };
}

const ITEM_RULE = "should be a hash of key value pairs, value can be an array";

function readItem(
  value: YamlNode,
  path: string,
  report: Report,
): ReadonlyMap<string, readonly (string | undefined)[]> | undefined {
  const variablesPath = `${path}:variables`;
  if (value.kind !== "mapping") {
    return report.error({ code: CODE, path: variablesPath, text: `config ${ITEM_RULE}`, at: value });
  }
  if (value.entries.size === 0) {
    return report.error({ code: CODE, path: variablesPath, text: "config requires at least 1 items", at: value });
  }
  return readValues(value, variablesPath, report);
}

function readValues(
  item: YamlMapping,
  path: string,
  report: Report,
): ReadonlyMap<string, readonly (string | undefined)[]> | undefined {
  const values = new Map<string, readonly (string | undefined)[]>();
  for (const [name, { value }] of item.entries) {
    const nodes = value.kind === "sequence" ? value.items.flatMap(flatten) : [value];
    const culprit = nodes.find((node) => node.kind !== "scalar");
    if (culprit !== undefined || nodes.length === 0) {
      return report.error({ code: CODE, path, text: `config ${ITEM_RULE}`, at: culprit ?? value });
    }
    for (const node of nodes) if (booleanOf(node) !== undefined) warnOfBoolean(node, path, report);
    values.set(name, nodes.map(scalarTextOf));
  }
  return values;
}

/** As in `variables`. */
function warnOfBoolean(at: YamlNode, path: string, report: Report): void {
  const word = scalarTextOf(at);
  const text = `${path} config ${ITEM_RULE}: "${word}" is taken as text`;
  report.whole("warning", { code: "boolean-variable", path, text, at, hint: `put it in quotes: "${word}"` });
}

/** A list in the list is what a reference left. */
function flatten(node: YamlNode): readonly YamlNode[] {
  return node.kind === "sequence" ? node.items : [node];
}
