import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { copyIntoTree } from "./copy-into-tree.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "outrigger-copy-"));
  mkdirSync(join(root, "from"));
  mkdirSync(join(root, "tree"));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, text = path): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const copy = (): ReturnType<typeof copyIntoTree> => copyIntoTree(join(root, "from"), join(root, "tree"));

test("files and links come over the tree; what differed is named, what is the same is left as it is", async () => {
  put("from/sub/new line\n");
  put("from/-dash", "new");
  put("tree/-dash", "mine");
  put("from/same", "s");
  put("tree/same", "s");
  symlinkSync("same", join(root, "from/link"));
  const before = lstatSync(join(root, "tree/same")).ino;
  expect(await copy()).toEqual({ files: 3, replaced: ["-dash"], leftOut: [] });
  expect(readFileSync(join(root, "tree/-dash"), "utf8")).toBe("new");
  expect(readFileSync(join(root, "tree/sub/new line\n"), "utf8")).toBe("from/sub/new line\n");
  expect(readlinkSync(join(root, "tree/link"))).toBe("same");
  expect(lstatSync(join(root, "tree/same")).ino).toBe(before);
  expect(await copy()).toEqual({ files: 0, replaced: [], leftOut: [] });
  expect(readdirSync(join(root, "tree")).filter((name) => name.endsWith(".part"))).toEqual([]);
});

test("nothing goes through a link, into git's or our own folders, or in place of a folder", async () => {
  put("elsewhere/kept", "kept");
  symlinkSync("../elsewhere", join(root, "tree/way"));
  put("from/way/kept", "overwritten");
  put("from/.git/hooks/x");
  put("from/module/.GIT/config");
  put("from/.outrigger/variables.yml");
  put("from/folder", "a file");
  put("tree/folder/in it");
  const { files, leftOut } = await copy();
  expect(files).toBe(0);
  expect(leftOut).toEqual([".git", ".outrigger", "folder", "module/.GIT", "way/kept"]);
  expect(readFileSync(join(root, "elsewhere/kept"), "utf8")).toBe("kept");
  expect(existsSync(join(root, "tree/.git"))).toBe(false);
});

test("a link of the tree is replaced, not followed", async () => {
  put("elsewhere/kept", "kept");
  symlinkSync("../elsewhere/kept", join(root, "tree/a"));
  put("from/a", "new");
  expect(await copy()).toEqual({ files: 1, replaced: ["a"], leftOut: [] });
  expect(readFileSync(join(root, "elsewhere/kept"), "utf8")).toBe("kept");
});

test("a tree that cannot be written is one error with a next step", async () => {
  put("from/a");
  put("no folder");
  const copying = copyIntoTree(join(root, "from"), join(root, "no folder"));
  await expect(copying).rejects.toMatchObject({ code: "kept_files_unwritable", hint: expect.any(String) });
});
