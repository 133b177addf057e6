import { type Extract, extract } from "tar-stream";
import { drained } from "./drained.ts";

/** One thing in a tar stream, as it stands there: nothing of it was checked. */
export interface ReadTarEntry {
  /** May begin with `/` or hold `..`; a folder's may end with `/`. */
  readonly path: string;
  /** `link`: a hard link to an entry before it. `other`: a device, a pipe. */
  readonly type: "file" | "directory" | "symlink" | "link" | "other";
  /** Permission bits only. */
  readonly mode: number;
  readonly modifiedAtMs: number;
  readonly sizeBytes: number;
  /** Of links. */
  readonly target?: string;
  /** To be read before the next entry is asked for, or left alone. Empty but for files. */
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * The entries of a tar stream, in order; nothing is held but the chunk on its way. Whoever stops reading early closes `bytes`.
 * Rejects when the stream is no tar or ends in the middle.
 */
export async function* readTar(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ReadTarEntry> {
  const archive = extract();
  const feeding = feed(archive, bytes);
  feeding.catch(() => undefined);
  try {
    for await (const entry of archive) {
      yield toReadEntry(entry);
      entry.resume();
    }
    await feeding;
  } finally {
    archive.destroy();
  }
}

/** What stands in a tar stream, in order, without contents. */
export async function* readTarPaths(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  for await (const { path } of readTar(bytes)) yield path;
}

export async function collectBytes(content: Uint8Array | AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  if (content instanceof Uint8Array) return content;
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

type Source = Extract extends AsyncIterable<infer Entry> ? Entry : never;

function toReadEntry(entry: Source): ReadTarEntry {
  const { name, mode, mtime, size, linkname, type } = entry.header;
  return {
    path: name,
    type: toType(type),
    mode: mode & 0o777,
    modifiedAtMs: mtime.getTime(),
    sizeBytes: size,
    ...(type === "symlink" || type === "link" ? { target: linkname } : {}),
    content: contentOf(entry),
  };
}

function toType(type: Source["header"]["type"]): ReadTarEntry["type"] {
  switch (type) {
    case "file":
    case "contiguous-file":
      return "file";
    case "directory":
    case "symlink":
    case "link":
      return type;
    default:
      return "other";
  }
}

async function* contentOf(entry: Source): AsyncGenerator<Uint8Array> {
  for await (const chunk of entry) {
    if (chunk instanceof Uint8Array) yield chunk;
  }
}

async function feed(archive: Extract, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of bytes) {
      if (archive.destroyed) return;
      if (!archive.write(chunk)) await drained(archive);
    }
    archive.end(undefined);
  } catch (error) {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}
