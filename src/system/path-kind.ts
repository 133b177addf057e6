import { stat } from "node:fs/promises";

/** Whatever stands there; a link counts for what it leads to. What may not be looked at is not there. */
export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** As {@link exists}, of a folder. */
export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
