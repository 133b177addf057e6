import type { Look } from "../screen/look.ts";
import { padTo, shortenName, textWidth } from "../screen/text-width.ts";
import type { GraphColumn, GraphNode, PipelineGraph } from "./pipeline-graph.ts";

const MAX_ROWS = 15;
const MAX_CELL = 40;

/** The pipeline from left to right, or from top to bottom where that is too wide; empty when nothing follows another. */
export function renderPicture(graph: PipelineGraph, look: Look): string {
  if (graph.columns.length < 2) return "";
  const columns = graph.columns.map((column) => cellsOf(column, look));
  const arrow = ` ${look.symbols.rule}${look.symbols.running} `;
  const widths = columns.map((cells) => Math.max(...cells.map(textWidth)));
  const total = widths.reduce((sum, width) => sum + width, 0) + textWidth(arrow) * (columns.length - 1);
  const hasTitles = graph.columns.some((column) => column.title !== undefined);
  const lines =
    total <= look.columns ? sideBySide(columns, widths, arrow, hasTitles, look) : below(graph, columns, look);
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

/** The title first, where there is one, then a cell for each job. */
function cellsOf({ title, nodes }: GraphColumn, look: Look): readonly string[] {
  const shown = nodes.length > MAX_ROWS ? nodes.slice(0, MAX_ROWS - 1) : nodes;
  const rest = nodes.length - shown.length;
  return [
    ...(title === undefined ? [] : [shortenName(title, MAX_CELL, look.symbols.ellipsis)]),
    ...shown.map((node) => shortenName(describe(node, title !== undefined), MAX_CELL, look.symbols.ellipsis)),
    ...(rest > 0 ? [`and ${rest} more`] : []),
  ];
}

/** That a job needs nothing is worth saying where others of its column wait for a stage. */
function describe({ name, needs, when }: GraphNode, hasStages: boolean): string {
  const marks = [
    ...(when === "on_success" ? [] : [when]),
    ...(needs === undefined || (needs.length === 0 && !hasStages)
      ? []
      : [needs.length === 0 ? "needs nothing" : `needs ${needs.join(", ")}`]),
  ];
  return marks.length === 0 ? name : `${name} (${marks.join("; ")})`;
}

function sideBySide(
  columns: readonly (readonly string[])[],
  widths: readonly number[],
  arrow: string,
  hasTitles: boolean,
  look: Look,
): readonly string[] {
  const height = Math.max(...columns.map((cells) => cells.length));
  return Array.from({ length: height }, (_, row) => {
    const join = row === 0 ? arrow : " ".repeat(textWidth(arrow));
    const cells = columns.map((column, index) => padTo(column[row] ?? "", widths[index] ?? 0));
    const isTitle = row === 0 && hasTitles;
    return cells.map((cell) => (isTitle ? look.paint.tone("strong", cell) : cell)).join(join);
  });
}

function below(graph: PipelineGraph, columns: readonly (readonly string[])[], look: Look): readonly string[] {
  const titles = graph.columns.map(({ title }, index) =>
    title === undefined ? `${index + 1}` : (columns[index]?.[0] ?? ""),
  );
  const width = Math.max(...titles.map(textWidth));
  return columns.flatMap((cells, index) => {
    const names = graph.columns[index]?.title === undefined ? cells : cells.slice(1);
    return names.map((name, row) => {
      const title = padTo(row === 0 ? (titles[index] ?? "") : "", width);
      return `${look.paint.tone("strong", title)}  ${name}`;
    });
  });
}
