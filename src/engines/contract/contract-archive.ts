import { posix } from "node:path";
import { packTar, type TarDirectory, type TarEntry, type TarFile } from "../../system/tar.ts";
import type { SourceArchive } from "../engine.ts";

export function folder(path: string): TarDirectory {
  return { type: "directory", path, mode: 0o777, modifiedAtMs: 0 };
}

export function file(path: string, content: string | Uint8Array): TarFile {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  return { type: "file", path, mode: 0o666, modifiedAtMs: 0, sizeBytes: bytes.length, content: bytes };
}

/** Keeps the promise of a {@link SourceArchive}: below a folder when it is told to, with that folder and those above it. */
export function archive(...entries: readonly TarEntry[]): SourceArchive {
  return {
    open: (below) => {
      const parts = below.split("/").filter(Boolean);
      const above = parts.map((_, depth) => folder(`${parts.slice(0, depth + 1).join("/")}/`));
      return packTar([...above, ...entries.map((entry) => ({ ...entry, path: posix.join(below, entry.path) }))]);
    },
  };
}
