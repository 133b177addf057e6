import { describe, expect, test } from "vitest";
import { packTar, type TarEntry } from "./tar.ts";
import { readTarPaths } from "./tar-reader.ts";

const entries: readonly TarEntry[] = [
  { type: "directory", path: "a/", mode: 0o777, modifiedAtMs: 0 },
  { type: "file", path: "a/one", mode: 0o644, modifiedAtMs: 0, sizeBytes: 3, content: Buffer.from("one") },
  { type: "symlink", path: "a/link", mode: 0o777, modifiedAtMs: 0, target: "one" },
  {
    type: "file",
    path: `${"deep/".repeat(60)}größe`,
    mode: 0o755,
    modifiedAtMs: 0,
    sizeBytes: 3_000_000,
    content: pieces(30, 100_000),
  },
];

async function* pieces(count: number, sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < count; i++) yield Buffer.alloc(sizeBytes, i);
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe("tar streams", () => {
  test("what is packed is read back in order, long and non-ASCII paths included", async () => {
    expect(await collect(readTarPaths(packTar(entries)))).toEqual(entries.map((entry) => entry.path));
  });

  test("a reader that stops after the first entry closes the source", async () => {
    let isClosed = false;
    async function* endless(): AsyncGenerator<TarEntry> {
      try {
        for (let i = 0; ; i++) {
          yield {
            type: "file",
            path: `f${i}`,
            mode: 0o644,
            modifiedAtMs: 0,
            sizeBytes: 4096,
            content: Buffer.alloc(4096),
          };
        }
      } finally {
        isClosed = true;
      }
    }
    for await (const path of readTarPaths(packTar(endless()))) {
      expect(path).toBe("f0");
      break;
    }
    await expect.poll(() => isClosed).toBe(true);
  });

  test("a file whose content does not have the size it promised is an error", async () => {
    const wrong: TarEntry = {
      type: "file",
      path: "x",
      mode: 0o644,
      modifiedAtMs: 0,
      sizeBytes: 9,
      content: pieces(1, 3),
    };
    await expect(collect(packTar([wrong]))).rejects.toThrow("Size mismatch");
  });

  test("an error of the source reaches the reader", async () => {
    async function* broken(): AsyncGenerator<TarEntry> {
      yield { type: "directory", path: "a", mode: 0o755, modifiedAtMs: 0 };
      throw new Error("disk went away");
    }
    await expect(collect(packTar(broken()))).rejects.toThrow("disk went away");
  });
});
