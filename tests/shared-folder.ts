import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Documents and real files that lie beside the project, not in it; not on every machine. */
export const SHARED_FOLDER = process.env["OUTRIGGER_SHARED"] ?? resolve(import.meta.dirname, "../../shared");

export const hasSharedFolder = existsSync(join(SHARED_FOLDER, "seeds"));

/** The fenced YAML blocks of a document, in order, unchanged but for the indent of their fence. */
export function yamlBlocks(document: string): readonly string[] {
  const text = readFileSync(join(SHARED_FOLDER, "seeds", document), "utf8");
  return [...text.matchAll(/^([ \t]*)```yaml\n([\s\S]*?)^[ \t]*```/gm)].map(([, indent = "", block = ""]) =>
    block
      .split("\n")
      .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
      .join("\n"),
  );
}
