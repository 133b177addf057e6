import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findOldCaches, removeCaches } from "./old-caches.ts";

const DAY_MS = 86_400_000;
const NOW = 1_000 * DAY_MS;
const BOUNDS = { maxAgeMs: 30 * DAY_MS, maxTotalBytes: 100 };

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "outrigger-caches-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, bytes: number, ageDays: number): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), "x".repeat(bytes));
  const at = (NOW - ageDays * DAY_MS) / 1000;
  utimesSync(join(root, path), at, at);
}

test("what nobody used for a month goes, and what killed runs never finished, with its empty folder", async () => {
  put("a/new.tar", 10, 1);
  put("b/old.tar", 10, 31);
  put("a/half.tar.1234.part", 10, 2);
  put("a/being-written.tar.1234.part", 10, 0.5);
  const old = await findOldCaches(root, NOW, BOUNDS);
  expect(old).toEqual([
    { path: "b/old.tar", bytes: 10, why: "not used for 31 days" },
    { path: "a/half.tar.1234.part", bytes: 10, why: "never finished" },
  ]);
  expect(existsSync(join(root, "b/old.tar"))).toBe(true);
  expect(await removeCaches(root, [...old, { path: "a/gone.tar", bytes: 1, why: "" }])).toEqual(old);
  expect(readdirSync(root, { recursive: true }).map(String).toSorted()).toEqual([
    "a",
    "a/being-written.tar.1234.part",
    "a/new.tar",
  ]);
});

test("above the bound the ones that were used last stay, and the last one whatever its size", async () => {
  put("a/1.tar", 60, 1);
  put("a/2.tar", 60, 2);
  put("b/3.tar", 40, 3);
  expect((await findOldCaches(root, NOW, BOUNDS)).map(({ path }) => path)).toEqual(["a/2.tar"]);
  expect(await findOldCaches(root, NOW, { ...BOUNDS, maxTotalBytes: 50 })).toMatchObject([
    { path: "b/3.tar", why: expect.stringContaining("caches have more than") },
    { path: "a/2.tar" },
  ]);
});

test("no folder is no cache", async () => {
  expect(await findOldCaches(join(root, "none"), NOW)).toEqual([]);
});
