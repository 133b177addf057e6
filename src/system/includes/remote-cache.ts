import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { sha256 } from "../../text/sha256.ts";

export interface CachedRemote {
  readonly body: Buffer;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
}

/** What an address answered the last time; undefined when nothing was kept. */
export async function readRemoteCache(folder: string, address: string): Promise<CachedRemote | undefined> {
  const path = pathOf(folder, address);
  try {
    const content = await readFile(path);
    const end = content.indexOf("\n");
    const head: unknown = JSON.parse(content.subarray(0, end).toString("utf8"));
    if (typeof head !== "object" || head === null || !("address" in head) || head.address !== address) return undefined;
    return {
      body: content.subarray(end + 1),
      etag: textOf("etag" in head ? head.etag : undefined),
      lastModified: textOf("lastModified" in head ? head.lastModified : undefined),
    };
  } catch {
    // Nothing there, or something that nobody can use: it is fetched anew.
    return undefined;
  }
}

/** Whoever reads meanwhile finds the old copy or the new one. A cache that cannot be written costs time, nothing else. */
export async function writeRemoteCache(
  folder: string,
  address: string,
  { body, ...head }: CachedRemote,
): Promise<void> {
  const path = pathOf(folder, address);
  const draft = `${path}.${process.pid}.draft`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(draft, [JSON.stringify({ address, ...head }), "\n", body], { mode: 0o600 });
    await rename(draft, path);
  } catch {
    return;
  }
}

function pathOf(folder: string, address: string): string {
  return join(folder, "remote", sha256(address));
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
