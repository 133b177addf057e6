import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { countChangedFiles, readRepository } from "./git.ts";
import { packWorkTree } from "./work-tree.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "outrigger test ä-"));
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

function git(...argv: string[]): void {
  execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@example.org", ...argv], {
    cwd: root,
    stdio: "ignore",
  });
}

/** Lists an archive as tar sees it, without `.git`. */
async function listing(isRepository: boolean): Promise<string[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of packWorkTree(root, isRepository)) chunks.push(chunk);
  const text = execFileSync("tar", ["--quoting-style=literal", "-tvf", "-"], {
    input: Buffer.concat(chunks),
    encoding: "utf8",
  });
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.includes(".git"))
    .map((line) => line.replace(/^(\S+)\s+\S+\s+(\d+)\s+\S+\s+\S+\s+(.*)$/, "$1 $2 $3"))
    .toSorted();
}

describe("the archive of a work tree", () => {
  beforeEach(async () => {
    git("init", "-q", "-b", "main");
    await mkdir(join(root, "src", "deep"), { recursive: true });
    await writeFile(join(root, "src", "deep", "a b ü.txt"), "hello");
    await writeFile(join(root, ".gitignore"), "*.log\n");
    await writeFile(join(root, "run.sh"), "#!/bin/sh\n");
    await chmod(join(root, "run.sh"), 0o755);
    await symlink("run.sh", join(root, "link"));
    git("add", ".");
    git("commit", "-q", "-m", "first");
  });

  test("holds what git tracks, writable by everybody (GS-845)", async () => {
    expect(await listing(true)).toEqual([
      "-rw-rw-rw- 5 src/deep/a b ü.txt",
      "-rwxrwxrwx 10 run.sh",
      "drwxrwxrwx 0 src",
      "drwxrwxrwx 0 src/deep",
      "lrwxrwxrwx 0 link -> run.sh",
    ]);
  });

  test("holds the dirty tree: changed, untracked, and not what was deleted or is ignored", async () => {
    await writeFile(join(root, "src", "deep", "a b ü.txt"), "changed");
    await writeFile(join(root, "new"), "x");
    await writeFile(join(root, "noise.log"), "x");
    await rm(join(root, "link"));
    const lines = await listing(true);
    expect(lines).toContain("-rw-rw-rw- 7 src/deep/a b ü.txt");
    expect(lines).toContain("-rw-rw-rw- 1 new");
    expect(lines.join()).not.toMatch(/noise|link/);
  });

  test("holds the repository itself, so that scripts can ask git", async () => {
    const target = await mkdtemp(join(tmpdir(), "outrigger-test-"));
    const chunks: Uint8Array[] = [];
    for await (const chunk of packWorkTree(root, true)) chunks.push(chunk);
    execFileSync("tar", ["-xf", "-", "-C", target], { input: Buffer.concat(chunks) });
    expect(execFileSync("git", ["log", "--format=%s"], { cwd: target, encoding: "utf8" })).toBe("first\n");
    await rm(target, { recursive: true });
  });

  test("a submodule that is not checked out is an empty folder, whatever lies in its place of a repository", async () => {
    const sha = execFileSync("git", ["rev-parse", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
    for (const path of ["bare", "broken"]) {
      git("update-index", "--add", "--cacheinfo", `160000,${sha},${path}`);
      await mkdir(join(root, path));
    }
    await mkdir(join(root, "broken", ".git"));
    const lines = await listing(true);
    expect(lines.filter((line) => /bare|broken/.test(line))).toEqual(["drwxrwxrwx 0 bare", "drwxrwxrwx 0 broken"]);
  });

  test("git that cannot list the files is an error, not an empty archive", async () => {
    await writeFile(join(root, ".git", "index"), "no index");
    await expect(listing(true)).rejects.toMatchObject({
      code: "sources_unreadable",
      message: expect.stringContaining("index file"),
    });
  });

  test.each([true, false])("a work tree that is gone is said to be, in a repository: %s", async (isRepository) => {
    await rm(root, { recursive: true });
    await expect(listing(isRepository)).rejects.toMatchObject({
      code: "sources_unreadable",
      message: `"${root}" is not there any more`,
    });
    await mkdir(root);
  });

  test("a folder without git goes in whole", async () => {
    await rm(join(root, ".git"), { recursive: true });
    await writeFile(join(root, "noise.log"), "x");
    expect((await readRepository(root)).workTree).toBeUndefined();
    expect((await listing(false)).join()).toContain("noise.log");
  });
});

describe("what git knows", () => {
  test("nothing of a folder without git", async () => {
    expect((await readRepository(root)).facts).toEqual({ folderName: root.split("/").at(-1) });
    expect(await countChangedFiles(root)).toBeUndefined();
  });

  test("a branch without a commit has no commit", async () => {
    git("init", "-q", "-b", "trunk");
    const { facts } = await readRepository(root);
    expect(facts.branch).toBe("trunk");
    expect(facts.commit).toBeUndefined();
    expect(await countChangedFiles(root)).toBe(0);
  });

  test("a commit without a branch has no branch", async () => {
    git("init", "-q", "-b", "trunk");
    git("commit", "-q", "--allow-empty", "-m", "x");
    git("checkout", "-q", "--detach");
    const { facts } = await readRepository(root);
    expect([facts.branch, facts.commit?.message]).toEqual([undefined, "x\n"]);
  });

  test("a branch with a slash, in a folder with a line feed in its name", async () => {
    const folder = join(root, "a\nb");
    await mkdir(folder);
    git("-C", folder, "init", "-q", "-b", "feature/one");
    git("-C", folder, "commit", "-q", "--allow-empty", "-m", "x");
    const { workTree, facts } = await readRepository(folder);
    expect([workTree, facts.branch]).toEqual([await realpath(folder), "feature/one"]);
  });

  test("commit, branch, remote and changes", async () => {
    git("init", "-q", "-b", "main");
    await writeFile(join(root, "a"), "1");
    git("add", ".");
    git("commit", "-q", "-m", "title\n\nbody");
    git("remote", "add", "origin", "https://git.example.org/group/project.git");
    await writeFile(join(root, "a"), "2");
    await writeFile(join(root, "b"), "2");
    const { facts } = await readRepository(root);
    expect(facts).toMatchObject({
      branch: "main",
      defaultBranch: "main",
      remoteUrl: "https://git.example.org/group/project.git",
      commit: { message: "title\n\nbody\n", author: "Test <test@example.org>" },
    });
    expect(facts.commit?.sha).toMatch(/^[0-9a-f]{40}$/);
    expect(await countChangedFiles(root)).toBe(2);
  });
});
