import type { GraphNode, PipelineGraph } from "./pipeline-graph.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  '"': "#quot;",
  "#": "#35;",
  "&": "#amp;",
  "<": "#lt;",
  ">": "#gt;",
  "`": "#96;",
  "\\": "#92;",
};

/** A Mermaid flowchart: a subgraph for each stage. An arrow between stages means "all of it first". */
export function toMermaid({ columns, edges }: PipelineGraph): string {
  const lines = columns.flatMap(({ title, nodes }, index) => {
    if (title === undefined) return nodes.map((node) => `  ${toNode(node)}`);
    return [`  subgraph s${index}["${escape(title)}"]`, ...nodes.map((node) => `    ${toNode(node)}`), "  end"];
  });
  const stageEdges = columns.flatMap(({ waitsForEarlier }, index) =>
    waitsForEarlier && index > 0 ? [`  s${index - 1} --> s${index}`] : [],
  );
  const jobEdges = edges.map(({ from, to }) => `  ${from} --> ${to}`);
  return `${["flowchart LR", ...lines, ...stageEdges, ...jobEdges].join("\n")}\n`;
}

function toNode({ id, name, when }: GraphNode): string {
  const text = escape(when === "on_success" ? name : `${name} (${when})`);
  return `${id}["${text}"]`;
}

/** Inside of quotes only; everything that Mermaid or HTML could take for its own becomes an entity. */
function escape(text: string): string {
  return text.replaceAll(/["#&<>`\\]/g, (char) => ENTITIES[char] ?? char);
}
