import { spanOf, type YamlMapping, type YamlNode } from "../../yaml/yaml-node.ts";
import type { Findings } from "./findings.ts";
import { fieldsOf, isNull, textOf } from "./values.ts";

export type Cell = ReadonlyMap<string, string>;

/** More cells than this are refused, with their number (DR-284). */
const MAX_CELLS = 256;

const NO_MATRIX: readonly Cell[] = [new Map()];

/**
 * All combinations of the axes in file order, the first axis slowest; or exactly the cells of `include`. With both, the
 * cells of `include` come behind the product; cells of `exclude` are taken out.
 *
 * @source DR-282, DR-284
 */
export function readMatrix(node: YamlNode | undefined, findings: Findings): readonly Cell[] {
  if (node === undefined || isNull(node)) return NO_MATRIX;
  if (node.kind !== "mapping") return refuse(node, "matrix", "expected names, each with a list of values", findings);
  const axes = new Map<string, readonly string[]>();
  const listed: Cell[] = [];
  const excluded: Cell[] = [];
  for (const [name, { value }] of fieldsOf(node, "matrix", findings)) {
    if (name === "include" || name === "exclude") {
      (name === "include" ? listed : excluded).push(...readCells(value, `matrix.${name}`, findings));
    } else {
      const values = readAxis(value, `matrix.${name}`, findings);
      if (values.length > 0) axes.set(name, values);
    }
  }
  const count = [...axes.values()].reduce((product, values) => product * values.length, 1);
  if (count + listed.length > MAX_CELLS) return tooMany(node, axes.size === 0 ? listed.length : count, findings);
  const product = axes.size === 0 ? [] : combine([...axes]);
  const cells = [...product, ...listed].filter((cell) => !excluded.some((one) => contains(cell, one)));
  return cells.length === 0 ? NO_MATRIX : cells;
}

function combine(axes: readonly (readonly [string, readonly string[]])[]): readonly Cell[] {
  let cells: readonly Cell[] = NO_MATRIX;
  for (const [name, values] of axes) {
    cells = cells.flatMap((cell) => values.map((value) => new Map([...cell, [name, value]])));
  }
  return cells;
}

function contains(cell: Cell, part: Cell): boolean {
  return part.size > 0 && [...part].every(([name, value]) => cell.get(name) === value);
}

function readCells(node: YamlNode, path: string, findings: Findings): readonly Cell[] {
  if (node.kind !== "sequence") return refuse(node, path, "expected a list of cells", findings, []);
  return node.items.flatMap((item, index) => readCell(item, `${path}[${index}]`, findings));
}

function readCell(node: YamlNode, path: string, findings: Findings): readonly Cell[] {
  if (node.kind !== "mapping") return refuse(node, path, "expected names with one value each", findings, []);
  const cell = new Map<string, string>();
  for (const [name, { value }] of fieldsOf(node, path, findings)) {
    const text = value.kind === "scalar" ? (textOf(value) ?? "") : undefined;
    if (text === undefined) refuse(value, `${path}.${name}`, "expected one value", findings);
    else cell.set(name, text);
  }
  return [cell];
}

function readAxis(node: YamlNode, path: string, findings: Findings): readonly string[] {
  if (node.kind === "mapping") {
    refuse(node, path, "expected a list of values", findings);
    return [];
  }
  const items = node.kind === "sequence" ? node.items : [node];
  return items.flatMap((item, index) => {
    if (item.kind === "scalar") return [textOf(item) ?? ""];
    refuse(item, `${path}[${index}]`, "expected one value", findings);
    return [];
  });
}

function refuse(
  at: YamlNode,
  path: string,
  expected: string,
  findings: Findings,
  result: readonly Cell[] = NO_MATRIX,
): readonly Cell[] {
  findings.error({ code: "invalid-matrix", text: `${path}: ${expected}`, at, path });
  return result;
}

function tooMany(node: YamlMapping, count: number, findings: Findings): readonly Cell[] {
  findings.error({
    code: "matrix-too-large",
    text: `matrix: ${count} combinations, at most ${MAX_CELLS} are run`,
    at: node,
    path: "matrix",
    hint: `take values away from the axes below line ${spanOf(node).line}, or list the cells you want under include`,
  });
  return NO_MATRIX;
}

/** `build: [GO=1.5, DB=pg]`; without a matrix the name alone. */
export function cellName(name: string, cell: Cell): string {
  if (cell.size === 0) return name;
  return `${name}: [${[...cell].map(([axis, value]) => `${axis}=${value}`).join(", ")}]`;
}
