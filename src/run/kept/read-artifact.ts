import { KeptFilesError } from "../../model/kept-files-error.ts";
import { toInnerPath } from "../../system/archive-path.ts";
import type { ArtifactStore } from "../../system/artifact-store.ts";
import { collectBytes, readTar } from "../../system/tar-reader.ts";

/** GitLab's own limit for files that pipelines are made of. */
const MAX_BYTES = 5 * 1024 * 1024;

/**
 * One file that a job left in this run, or in an earlier one.
 *
 * @returns undefined when there is none of this name.
 * @throws KeptFilesError when it is larger than a pipeline file may be.
 */
export async function readArtifact(store: ArtifactStore, job: string, path: string): Promise<string | undefined> {
  const archive = (await store.read(job)) ?? (await store.readStored(job));
  if (archive === undefined) return undefined;
  const wanted = toInnerPath(path);
  for await (const entry of readTar(archive)) {
    if (entry.type !== "file" || toInnerPath(entry.path) !== wanted) continue;
    if (entry.sizeBytes > MAX_BYTES) {
      const message = `"${path}" of job "${job}" has ${entry.sizeBytes} bytes; a pipeline file has at most ${MAX_BYTES}`;
      throw new KeptFilesError("child_pipeline_invalid", message);
    }
    return Buffer.from(await collectBytes(entry.content)).toString("utf8");
  }
  return undefined;
}
