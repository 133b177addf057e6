import { posix } from "node:path";
import type { JobSandbox } from "../../engines/engine.ts";
import { toInnerPath } from "../../system/archive-path.ts";
import type { TarEntry } from "../../system/tar.ts";
import { type ReadTarEntry, readTar } from "../../system/tar-reader.ts";
import type { FileFilter } from "./select-files.ts";

/** What went by while files were collected. */
export interface FileCount {
  files: number;
  bytes: number;
}

/**
 * The files of a job's workspace that a filter keeps, as entries relative to the sources' folder. They stream: whoever takes
 * an entry reads its content before the next. Everybody may write what comes out of it (GS-845), as a later job may run as
 * any user; folders above a file are entries of their own for the same reason.
 */
export async function* collectFiles(
  sandbox: JobSandbox,
  filter: FileFilter,
  count: FileCount,
  signal: AbortSignal,
): AsyncGenerator<TarEntry> {
  const collector = new Collector(filter, count);
  for (const base of filter.bases) {
    const bytes = await sandbox.readPath(base, signal);
    if (bytes === undefined) continue;
    yield* collector.collect(bytes, base);
  }
  yield* collector.missedLinks(sandbox, signal);
}

class Collector {
  readonly #filter: FileFilter;
  readonly #count: FileCount;
  readonly #seen = new Set<string>();
  /** Hard links whose first name is not kept: the name that is, and the first. */
  readonly #missed = new Map<string, string>();

  constructor(filter: FileFilter, count: FileCount) {
    this.#filter = filter;
    this.#count = count;
  }

  async *collect(bytes: AsyncIterable<Uint8Array>, base: string): AsyncGenerator<TarEntry> {
    const toPath = fromArchive(base);
    for await (const entry of readTar(bytes)) {
      const path = toPath(entry.path);
      if (path === undefined || path === "" || !this.#filter.isKept(path, entry.type === "directory")) continue;
      yield* this.#parents(path);
      yield* this.#entry(entry, path, toPath);
    }
  }

  /** The archive holds their content under a name that nobody wanted. */
  async *missedLinks(sandbox: JobSandbox, signal: AbortSignal): AsyncGenerator<TarEntry> {
    for (const [path, first] of this.#missed) {
      const bytes = await sandbox.readPath(first, signal);
      if (bytes === undefined) continue;
      for await (const entry of readTar(bytes)) {
        if (entry.type === "file") yield this.#file(entry, path);
      }
    }
  }

  *#entry(entry: ReadTarEntry, path: string, toPath: (path: string) => string | undefined): Generator<TarEntry> {
    const head = { path, modifiedAtMs: entry.modifiedAtMs };
    if (entry.type === "file") yield this.#file(entry, path);
    else if (entry.type === "directory") yield* this.#folder(path);
    else if (entry.type === "symlink") {
      this.#count.files += 1;
      yield { ...head, type: "symlink", mode: 0o777, target: entry.target ?? "" };
    } else if (entry.type === "link") {
      const target = toPath(entry.target ?? "/");
      if (target === undefined) return;
      if (!this.#seen.has(target)) {
        this.#missed.set(path, target);
        return;
      }
      this.#seen.add(path);
      this.#count.files += 1;
      yield { ...head, type: "link", mode: 0o666, target };
    }
  }

  #file(entry: ReadTarEntry, path: string): TarEntry {
    this.#seen.add(path);
    this.#count.files += 1;
    this.#count.bytes += entry.sizeBytes;
    const mode = (entry.mode & 0o111) === 0 ? 0o666 : 0o777;
    const { sizeBytes, content, modifiedAtMs } = entry;
    return { type: "file", path, mode, modifiedAtMs, sizeBytes, content };
  }

  *#parents(path: string): Generator<TarEntry> {
    for (let slash = path.indexOf("/"); slash !== -1; slash = path.indexOf("/", slash + 1)) {
      yield* this.#folder(path.slice(0, slash));
    }
  }

  *#folder(path: string): Generator<TarEntry> {
    if (this.#seen.has(path)) return;
    this.#seen.add(path);
    yield { type: "directory", path: `${path}/`, mode: 0o777, modifiedAtMs: 0 };
  }
}

/** An engine's entries begin with the last part of what was asked for; of the sources' folder itself with a name of no use. */
function fromArchive(base: string): (path: string) => string | undefined {
  return (path) => {
    const inner = toInnerPath(path);
    if (inner === undefined) return undefined;
    if (base === "") return inner.split("/").slice(1).join("/");
    return posix.join(posix.dirname(base), inner);
  };
}
