import type { SourceArchive } from "../../engines/engine.ts";
import { readTarPaths } from "../../system/tar-reader.ts";

/**
 * What came into a job with the sources; everything else is untracked there, ignored or not, as in a fresh checkout
 * (GY-211). Reads the sources' archive once.
 */
export async function knownSources(sources: SourceArchive): Promise<(path: string) => boolean> {
  const paths = new Set<string>();
  for await (const path of readTarPaths(sources.open(""))) paths.add(path.replace(/^\.\//, "").replace(/\/$/, ""));
  return (path) => paths.has(path);
}
