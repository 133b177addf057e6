import { type Pack, pack } from "tar-stream";
import { drained } from "./drained.ts";

/** One thing in a tar stream. `path` is relative, with `/` between its parts; `mode` holds permission bits only. */
export type TarEntry = TarDirectory | TarFile | TarSymlink | TarLink;

interface TarEntryHead {
  readonly path: string;
  readonly mode: number;
  readonly modifiedAtMs: number;
}

export interface TarDirectory extends TarEntryHead {
  readonly type: "directory";
}

export interface TarFile extends TarEntryHead {
  readonly type: "file";
  /** Bytes of `content`; a stream that gives more or fewer breaks the archive and rejects. */
  readonly sizeBytes: number;
  readonly content: Uint8Array | AsyncIterable<Uint8Array>;
}

export interface TarSymlink extends TarEntryHead {
  readonly type: "symlink";
  readonly target: string;
}

/** The same file as an entry before it. */
export interface TarLink extends TarEntryHead {
  readonly type: "link";
  /** That entry's path. */
  readonly target: string;
}

/**
 * Makes a tar stream while it is read; nothing is held but the chunk on its way. Owner and group are root.
 *
 * Whoever stops reading early ends the work: `entries` is closed and no file is read on.
 */
export async function* packTar(entries: AsyncIterable<TarEntry> | Iterable<TarEntry>): AsyncGenerator<Uint8Array> {
  const archive = pack();
  const writing = writeEntries(archive, entries);
  // A failure reaches the reader through the destroyed archive; this only keeps it from being called unhandled.
  writing.catch(() => undefined);
  try {
    for await (const chunk of archive) {
      if (chunk instanceof Uint8Array) yield chunk;
    }
    await writing;
  } finally {
    archive.destroy();
  }
}

type EntrySink = ReturnType<Pack["entry"]>;

async function writeEntries(archive: Pack, entries: AsyncIterable<TarEntry> | Iterable<TarEntry>): Promise<void> {
  try {
    for await (const entry of entries) {
      if (archive.destroyed) return;
      await writeEntry(archive, entry);
    }
    archive.finalize();
  } catch (error) {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

function writeEntry(archive: Pack, entry: TarEntry): Promise<void> {
  const head = { name: entry.path, mode: entry.mode, mtime: new Date(entry.modifiedAtMs), type: entry.type };
  return new Promise<void>((resolve, reject) => {
    const done = (error?: Error | null): void => (error ? reject(error) : resolve());
    switch (entry.type) {
      case "directory":
        archive.entry(head, done);
        return;
      case "symlink":
      case "link":
        archive.entry({ ...head, linkname: entry.target }, done);
        return;
      case "file":
        copyContent(archive.entry({ ...head, size: entry.sizeBytes }, done).on("error", reject), entry.content).catch(
          reject,
        );
    }
  });
}

async function copyContent(sink: EntrySink, content: TarFile["content"]): Promise<void> {
  const chunks = content instanceof Uint8Array ? [content] : content;
  for await (const chunk of chunks) {
    if (!sink.write(chunk)) await drained(sink);
  }
  sink.end(undefined);
}
