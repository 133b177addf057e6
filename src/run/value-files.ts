import { posix } from "node:path";
import type { SourceArchive } from "../engines/engine.ts";
import { packTar, type TarEntry } from "../system/tar.ts";
import { directoryEntry } from "../system/tree-entries.ts";
import type { JobContext } from "./job-context.ts";

/** Whoever the job's containers run as has to read it (GS-845); the workspace itself is the job's alone. */
const FILE_MODE = 0o666;

/** Puts values that a job sees as files where its variables say they are. @source GY-93 */
export async function addValueFiles({ plan, sandbox, signal }: JobContext): Promise<void> {
  const byFolder = Map.groupBy(plan.files ?? [], ([path]) => posix.dirname(path));
  for (const [folder, files] of byFolder) {
    const open = (below: string): AsyncIterable<Uint8Array> => packTar(entriesIn(below, files));
    await sandbox.addFilesBeside(folder, { open }, signal);
  }
}

/** What a job gets that wants no sources. */
export const EMPTY_SOURCES: SourceArchive = { open: (below) => packTar(foldersDownTo(below)) };

function foldersDownTo(below: string): readonly TarEntry[] {
  const parts = below.split("/").filter(Boolean);
  return [directoryEntry("./"), ...parts.map((_, depth) => directoryEntry(`${parts.slice(0, depth + 1).join("/")}/`))];
}

function entriesIn(below: string, files: readonly (readonly [string, string])[]): readonly TarEntry[] {
  return [
    ...foldersDownTo(below),
    ...files.map(([path, text]): TarEntry => {
      const content = Buffer.from(text);
      const head = { path: posix.join(below, posix.basename(path)), mode: FILE_MODE, modifiedAtMs: 0 };
      return { type: "file", ...head, sizeBytes: content.length, content };
    }),
  ];
}
