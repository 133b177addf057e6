import type { GraphColumn, GraphNode, PipelineGraph } from "./pipeline-graph.ts";

/** Graphviz: a cluster for each stage. An arrow between clusters means "all of it first". */
export function toDot({ columns, edges }: PipelineGraph): string {
  const nodes = columns.flatMap(({ title, nodes: own }, index) => {
    if (title === undefined) return own.map((node) => `  ${toNode(node)}`);
    const inside = own.map((node) => `    ${toNode(node)}`);
    return [`  subgraph cluster_${index} {`, `    label=${quote(title)};`, ...inside, "  }"];
  });
  const jobEdges = edges.map(({ from, to }) => `  ${from} -> ${to};`);
  const lines = [
    "digraph pipeline {",
    "  rankdir=LR;",
    "  compound=true;",
    "  node [shape=box];",
    ...nodes,
    ...columns.flatMap((_, index) => stageEdge(columns, index)),
    ...jobEdges,
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

/** Edges join nodes; `ltail` and `lhead` let one begin and end at the clusters around them. */
function stageEdge(columns: readonly GraphColumn[], index: number): readonly string[] {
  const [from, to] = [columns[index - 1]?.nodes[0], columns[index]?.nodes[0]];
  if (from === undefined || to === undefined || columns[index]?.waitsForEarlier !== true) return [];
  return [`  ${from.id} -> ${to.id} [ltail=cluster_${index - 1}, lhead=cluster_${index}];`];
}

function toNode({ id, name, when }: GraphNode): string {
  return `${id} [label=${quote(when === "on_success" ? name : `${name} (${when})`)}];`;
}

/** In labels a backslash means something to Graphviz beyond the quotes' own. */
function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
