import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** A path of this machine with every symlink resolved; what does not exist stays as it is, below what does. */
export function resolveHostPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(resolveHostPath(parent), basename(path));
  }
}
