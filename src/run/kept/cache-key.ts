import type { CacheKey } from "../../model/artifacts.ts";
import type { CacheStore } from "../../system/cache-store.ts";

/**
 * A key as the store knows it.
 *
 * @returns undefined for a key that is nothing once it is made safe: such a cache is skipped.
 * @source GY-221, GY-222
 */
export async function resolveCacheKey(key: CacheKey, store: CacheStore): Promise<string | undefined> {
  if (key.kind === "text") return toSafeKey(key.text);
  const print = (await store.fingerprint(key.files, key.by)) ?? "default";
  return toSafeKey(key.prefix === undefined ? print : `${key.prefix}-${print}`);
}

/** What leads upwards in it leads to the top of its own folder, as in GitLab Runner. */
export function toSafeKey(text: string): string | undefined {
  const decoded = text.replace(/%2f/gi, "/").replace(/%2e/gi, ".").replaceAll("\\", "/");
  const parts: string[] = [];
  for (const part of decoded.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  const key = parts.join("/").replace(/\s+$/, "");
  return key === "" ? undefined : key;
}
