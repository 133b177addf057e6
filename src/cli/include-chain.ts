import type { IncludedSource } from "../dialects/dialect.ts";
import type { SourceSpan } from "../text/source.ts";

/**
 * The includes that lead from the pipeline file to a file, outermost first; empty for the pipeline file itself.
 *
 * @source GY-280
 */
export function includeChainOf(
  file: string,
  included: ReadonlyMap<string, IncludedSource> | undefined,
): readonly SourceSpan[] {
  const chain: SourceSpan[] = [];
  const seen = new Set<string>();
  for (let at = included?.get(file)?.includedAt; at !== undefined; at = included?.get(at.file)?.includedAt) {
    if (seen.has(at.file)) break;
    seen.add(at.file);
    chain.unshift(at);
  }
  return chain;
}
