import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packTar, type TarEntry } from "./tar.ts";
import { unpackArchive } from "./unpack-archive.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "outrigger-unpack-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const head = { mode: 0o666, modifiedAtMs: 0 };
const file = (path: string, text = path): TarEntry => {
  const content = Buffer.from(text);
  return { ...head, type: "file", path, sizeBytes: content.length, content };
};
const symlink = (path: string, target: string): TarEntry => ({ ...head, type: "symlink", path, target });
const tree = (): readonly string[] => readdirSync(root, { recursive: true }).map(String).toSorted();

test("files, folders and links inside come out, in place of what was there", async () => {
  const link: TarEntry = { ...head, type: "link", path: "hard", target: "a/b" };
  await unpackArchive(packTar([file("old")]), join(root, "out"));
  expect(await unpackArchive(packTar([file("a/b"), symlink("s", "a/b"), link]), join(root, "out"))).toEqual([]);
  expect(tree()).toEqual(["out", "out/a", "out/a/b", "out/hard", "out/s"]);
  expect(readFileSync(join(root, "out/hard"), "utf8")).toBe("a/b");
  expect(readlinkSync(join(root, "out/s"))).toBe("a/b");
});

test.each([
  ["a path upwards", file("../evil")],
  ["an absolute path", file("/tmp/outrigger-evil")],
  ["a hidden way up", file("a/../../evil")],
  ["a link to elsewhere", symlink("l", "/etc")],
  ["a link upwards", symlink("a/l", "../../x")],
  ["a hard link to elsewhere", { ...head, type: "link", path: "h", target: "../secret" } satisfies TarEntry],
])("%s is left out", async (_, entry) => {
  expect(await unpackArchive(packTar([entry, file("good")]), join(root, "out"))).toEqual([entry.path]);
  expect(tree().filter((path) => path !== "out/a")).toEqual(["out", "out/good"]);
});

test("nothing is written through a link, whatever came first", async () => {
  const entries = [file("d/x"), symlink("l", "d"), file("l/y"), symlink("d/f", "x"), file("d/f", "new")];
  expect(await unpackArchive(packTar(entries), join(root, "out"))).toEqual(["l/y"]);
  expect(readFileSync(join(root, "out/d/x"), "utf8")).toBe("d/x");
  expect(readFileSync(join(root, "out/d/f"), "utf8")).toBe("new");
});

test("an archive that breaks off leaves what was there, and no draft", async () => {
  await unpackArchive(packTar([file("old")]), join(root, "out"));
  const broken = async function* (): AsyncGenerator<Uint8Array> {
    yield* packTar([file("new")]);
    throw new Error("cut");
  };
  await expect(unpackArchive(broken(), join(root, "out"))).rejects.toThrow("cut");
  expect(tree()).toEqual(["out", "out/old"]);
});

test("a folder that cannot be written is an error with the path", async () => {
  await unpackArchive(packTar([file("a")]), join(root, "out"));
  const below = unpackArchive(packTar([file("a")]), join(root, "out/a/b"));
  await expect(below).rejects.toThrow(/a\/b" cannot be written: there is a file in place of its folder/);
});
