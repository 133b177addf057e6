import { posix } from "node:path";

/**
 * A path of an archive without `./` and a `/` at its end; empty: the archive's own root.
 *
 * @returns undefined for what leads out: an absolute path, a `..`.
 */
export function toInnerPath(path: string): string | undefined {
  if (path.startsWith("/") || path.includes("\0") || path.split("/").includes("..")) return undefined;
  const normal = posix.normalize(path).replace(/\/$/, "");
  return normal === "." ? "" : normal;
}

/** Whether a link at `path` leads to a place inside of the folder that `path` is relative to. */
export function staysInside(path: string, target: string): boolean {
  if (target.startsWith("/")) return false;
  const end = posix.normalize(posix.join(posix.dirname(path), target));
  return end !== ".." && !end.startsWith("../");
}
