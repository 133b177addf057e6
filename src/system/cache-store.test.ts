import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openCacheStore } from "./cache-store.ts";
import { collectBytes } from "./tar-reader.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "outrigger-cache-"));
});
afterEach(() => rmSync(root, { recursive: true }));

async function* bytes(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}
async function textOf(found: AsyncIterable<Uint8Array> | undefined): Promise<string | undefined> {
  return found && Buffer.from(await collectBytes(found)).toString();
}

test("what is kept under a key is found there, by this project only", async () => {
  const store = openCacheStore(root, "/project/a");
  await store.write("k/../x é", bytes("one", "two"));
  expect(await textOf(await store.read("k/../x é"))).toBe("onetwo");
  expect(await store.read("k")).toBeUndefined();
  expect(await openCacheStore(root, "/project/b").read("k/../x é")).toBeUndefined();
});

test("of writers at the same time one wins whole, and a reader keeps what it began to read", async () => {
  const store = openCacheStore(root, "/p");
  await store.write("k", bytes("old"));
  const reading = (await store.read("k")) ?? bytes();
  const iterator = reading[Symbol.asyncIterator]();
  const first = await iterator.next();
  await Promise.all(["a", "b", "c"].map((text) => store.write("k", bytes(text, text, text))));
  expect(Buffer.from(first.value).toString()).toBe("old");
  expect(await textOf(await store.read("k"))).toMatch(/^(aaa|bbb|ccc)$/);
});

test("a writer that breaks off leaves the old one and no draft", async () => {
  const store = openCacheStore(root, "/p");
  await store.write("k", bytes("old"));
  const broken = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from("new");
    throw new Error("cut");
  };
  await expect(store.write("k", broken())).rejects.toThrow("cut");
  expect(await textOf(await store.read("k"))).toBe("old");
  const files = readdirSync(root, { recursive: true }).map(String);
  expect(files.filter((path) => path.endsWith(".part"))).toEqual([]);
});

test("a fingerprint follows the contents of files, and their order (GY-221)", async () => {
  const store = openCacheStore(root, root);
  writeFileSync(join(root, "a"), "1");
  writeFileSync(join(root, "b"), "2");
  const before = await store.fingerprint(["a", "b"], "content");
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  expect(await store.fingerprint(["a", "b"], "content")).toBe(before);
  expect(await store.fingerprint(["b", "a"], "content")).not.toBe(before);
  writeFileSync(join(root, "b"), "3");
  expect(await store.fingerprint(["a", "b"], "content")).not.toBe(before);
  expect(await store.fingerprint(["none"], "content")).toBeUndefined();
});
