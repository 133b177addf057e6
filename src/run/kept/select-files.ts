import { posix } from "node:path";
import type { FileSelection } from "../../model/artifacts.ts";
import { toInnerPath } from "../../system/archive-path.ts";
import { matchesGlob } from "../../text/glob.ts";

export interface SelectionRequest extends FileSelection {
  /** Taken away from the rest; a folder's name takes away nothing that is in it (GY-210). */
  readonly exclude?: readonly string[];
}

/** Says of each path of the sources' folder whether it is kept. */
export interface FileFilter {
  /** The least that has to be read: paths relative to the sources' folder, none below another; empty text: all of it. */
  readonly bases: readonly string[];
  /** Ask about a folder before what is in it. */
  isKept(path: string, isFolder: boolean): boolean;
  /** Patterns that nothing fitted so far. */
  unmatched(): readonly string[];
  /** Patterns that lead out of the sources' folder. */
  readonly outside: readonly string[];
}

interface Pattern {
  readonly text: string;
  readonly glob: string;
  /** Its beginning without anything special. */
  readonly base: string;
  /** Nothing in it is special. */
  readonly isPlain: boolean;
}

/**
 * @param sourcePath an absolute path below it counts as relative: `$CI_PROJECT_DIR/build`.
 * @param isSource whether a path was among the sources; asked when `untracked` is set only.
 * @source GY-209, GY-210, GY-211, GY-252
 */
export function compileSelection(
  request: SelectionRequest,
  sourcePath: string,
  isSource: (path: string) => boolean = () => false,
): FileFilter {
  const outside: string[] = [];
  const patterns = request.paths.flatMap((text) => toPattern(text, sourcePath) ?? (outside.push(text), []));
  const excluded = (request.exclude ?? []).flatMap((text) => toPattern(text, sourcePath) ?? []);
  const matched = new Set<Pattern>();
  /** Folders that fit, with everything below them; grows as they are asked about. */
  const whole = new Set<string>();
  const fits = (path: string): boolean => {
    if (whole.has(posix.dirname(path))) return true;
    const fitting = patterns.filter((pattern) => fitsPattern(pattern, path));
    for (const pattern of fitting) matched.add(pattern);
    return fitting.length > 0;
  };
  return {
    bases: request.untracked ? [""] : withoutNested(patterns.map((pattern) => pattern.base)),
    isKept: (path, isFolder) => {
      if (path === ".git" || path.startsWith(".git/")) return false;
      const isIn = fits(path);
      if (isIn && isFolder) whole.add(path);
      if (!isIn && (isFolder || !request.untracked || isSource(path))) return false;
      return !excluded.some((pattern) => matchesGlob(pattern.glob, path, "doublestar"));
    },
    unmatched: () => patterns.filter((pattern) => !matched.has(pattern)).map((pattern) => pattern.text),
    outside,
  };
}

function toPattern(text: string, sourcePath: string): Pattern | undefined {
  const below = text === sourcePath ? "" : text.startsWith(`${sourcePath}/`) ? text.slice(sourcePath.length + 1) : text;
  const glob = toInnerPath(below.replace(/^(\.\/)+/, ""));
  if (glob === undefined) return undefined;
  const special = glob.search(/[*?[{\\]/);
  if (special === -1) return { text, glob, base: glob, isPlain: true };
  const end = glob.slice(0, special).lastIndexOf("/");
  return { text, glob, base: end === -1 ? "" : glob.slice(0, end), isPlain: false };
}

function fitsPattern({ glob, isPlain }: Pattern, path: string): boolean {
  if (isPlain) return glob === "" || path === glob || path.startsWith(`${glob}/`);
  return matchesGlob(glob, path, "doublestar");
}

function withoutNested(paths: readonly string[]): readonly string[] {
  const all = [...new Set(paths)];
  const isBelow = (path: string, other: string): boolean => other === "" || path.startsWith(`${other}/`);
  return all.filter((path) => !all.some((other) => other !== path && isBelow(path, other)));
}
