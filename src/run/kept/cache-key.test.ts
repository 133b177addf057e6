import { expect, test } from "vitest";
import type { CacheStore } from "../../system/cache-store.ts";
import { resolveCacheKey, toSafeKey } from "./cache-key.ts";

test.each([
  ["main", "main"],
  ["a/b", "a/b"],
  ["../../etc", "etc"],
  ["a%2F..%2fb", "b"],
  ["%2e%2E/x", "x"],
  ["a\\b\\..\\c", "a/c"],
  ["trailing  ", "trailing"],
  ["/abs", "abs"],
  ["..", undefined],
  [" ", undefined],
  ["", undefined],
])("the key %j is made safe (GY-222)", (text, key) => {
  expect(toSafeKey(text)).toBe(key);
});

function storeWith(print: string | undefined): CacheStore {
  const unused = async (): Promise<never> => {
    throw new Error("only the key is asked for");
  };
  return { read: unused, write: unused, fingerprint: async () => print };
}

test.each([
  ["abc", undefined, "abc"],
  ["abc", "p", "p-abc"],
  [undefined, undefined, "default"],
  [undefined, "p", "p-default"],
])("a key of files: %j with prefix %j (GY-221)", async (print, prefix, key) => {
  const rest = prefix === undefined ? {} : { prefix };
  expect(await resolveCacheKey({ kind: "files", files: ["x"], by: "content", ...rest }, storeWith(print))).toBe(key);
});
