import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fitting, type LocalTree, readLocalFile } from "./local-files.ts";

let folder = "";
let tree: LocalTree = { folder, isRepository: false };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "outrigger-local-files-"));
  tree = { folder: join(folder, "project"), isRepository: false };
  await mkdir(join(tree.folder, "ci"), { recursive: true });
  await writeFile(join(tree.folder, "ci/a b.yml"), "text");
  await writeFile(join(tree.folder, "latin.yml"), Buffer.from([0xe9, 0x0a]));
  await writeFile(join(folder, "outside.yml"), "secret");
  await symlink("../outside.yml", join(tree.folder, "out.yml"));
  await symlink("ci/a b.yml", join(tree.folder, "in.yml"));
  await symlink("..", join(tree.folder, "up"));
});

afterAll(async () => await rm(folder, { recursive: true, force: true }));

describe("a file of the work tree", () => {
  test.each(["ci/a b.yml", "in.yml"])("%s is read", async (path) => {
    expect(await readLocalFile(tree, path)).toBe("text");
  });

  test.each([
    ["what is not there", "no.yml", "no-file"],
    ["a folder", "ci", "no-file"],
    ["a path that leaves the tree", "../outside.yml", "no-file"],
    ["a path through itself (GY-48)", "./in.yml", "no-file"],
    ["a link out of the tree", "out.yml", "refused"],
    ["a folder that is a link out of the tree", "up/outside.yml", "refused"],
    ["what is no text", "latin.yml", "no-file"],
    ["a name that no file has", "a\0b.yml", "no-file"],
  ])("%s is not read", async (_name, path, reason) => {
    expect(await readLocalFile(tree, path)).toMatchObject({ reason });
  });
});

describe("files that fit a pattern (GY-49)", () => {
  test("in the order of their paths, YAML only; brackets and braces are no pattern", () => {
    const names = ["b/x.yml", "a/[x].yml", "a/x.yaml", "a/x.md", "a/{y}.YML"];
    expect(fitting(names, "a/*")).toEqual(["a/[x].yml", "a/x.yaml", "a/{y}.YML"]);
    expect(fitting(names, "a/[x]*")).toEqual(["a/[x].yml"]);
    expect(fitting(names, "**x*")).toEqual(["a/[x].yml", "a/x.yaml", "b/x.yml"]);
  });
});
