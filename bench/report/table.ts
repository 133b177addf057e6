import type { TableRow } from "./figures.ts";

const heads: TableRow = {
  title: "work",
  ours: "outrigger",
  floor: "floor",
  againstFloor: "of the floor",
  peer: "gitlab-ci-local",
  againstPeer: "of gitlab-ci-local",
  peak: "peak memory",
};
const columns = ["title", "ours", "floor", "againstFloor", "peer", "againstPeer", "peak"] as const;

export function toMarkdown(rows: readonly TableRow[]): string {
  const line = (row: TableRow): string => `| ${columns.map((column) => row[column]).join(" | ")} |`;
  return [line(heads), `|${" --- |".repeat(columns.length)}`, ...rows.map(line)].join("\n");
}

export function toPlainTable(rows: readonly TableRow[]): string {
  const all = [heads, ...rows];
  const widths = columns.map((column) => Math.max(...all.map((row) => row[column].length)));
  return all
    .map((row) =>
      columns
        .map((column, index) => row[column].padEnd(widths[index] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
