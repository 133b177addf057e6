import { isAbsolute, relative, resolve } from "node:path";
import type { IncludedSource } from "../../dialects/dialect.ts";
import type { Diagnostic } from "../../text/diagnostic.ts";
import type { SourceSpan } from "../../text/source.ts";
import { includeChainOf } from "../include-chain.ts";

/** What a report needs to know beside its findings. */
export interface ReportedFiles {
  /** Where the person stands: names of files are relative to it. */
  readonly cwd: string;
  readonly projectFolder: string;
  readonly included?: ReadonlyMap<string, IncludedSource> | undefined;
}

/**
 * A place inside the repository, as other tools want it: with slashes, relative to the repository's top folder.
 *
 * A file from elsewhere stands for the `include` that brought it in.
 */
export function placeInRepository(found: Diagnostic, files: ReportedFiles): SourceSpan {
  const chain = [found.at, ...includeChainOf(found.at.file, files.included).toReversed()];
  for (const at of chain) {
    const path = /^[a-z+]+:\/\//i.test(at.file) ? "" : relative(files.projectFolder, resolve(files.cwd, at.file));
    const isInside = path !== "" && !isAbsolute(path) && !path.startsWith("..");
    if (isInside) return { ...at, file: path.replaceAll("\\", "/") };
  }
  return found.at;
}

/** What a message says where the place is another one than the finding's own. */
export function messageAt(found: Diagnostic, place: SourceSpan): string {
  const isElsewhere = place.line !== found.at.line || place.column !== found.at.column;
  return isElsewhere ? `${found.message} (${found.at.file}:${found.at.line})` : found.message;
}
