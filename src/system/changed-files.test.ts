import { execFileSync } from "node:child_process";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChangedFiles } from "./changed-files.ts";

let folder = "";

function git(...argv: readonly string[]): void {
  execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@example.org", ...argv], {
    cwd: folder,
    stdio: "ignore",
  });
}

function write(...names: readonly string[]): void {
  for (const name of names) writeFileSync(join(folder, name), name);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "outrigger-changes-"));
  git("init", "-q", "-b", "main");
  write("kept", "old name", ".gitignore");
  git("add", ".");
  git("commit", "-q", "-m", "first");
  git("checkout", "-q", "-b", "topic");
  write("of topic");
  git("add", ".");
  git("commit", "-q", "-m", "second");
  git("checkout", "-q", "main");
  write("of main");
  git("add", ".");
  git("commit", "-q", "-m", "on main");
  git("checkout", "-q", "topic");
  renameSync(join(folder, "old name"), join(folder, "naïve"));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** One of the topic's commit, and both names of one that was renamed and is not committed. */
const CHANGED = ["naïve", "of topic", "old name"];

describe("files that have changed (GY-162, GY-164)", () => {
  test("since a branch was left: not what came to that branch later", async () => {
    const found = await findChangedFiles(folder, { kind: "merge-base", refs: ["refs/remotes/origin/main", "main"] });
    expect(found).toMatchObject({ kind: "changes", changed: { ref: "main", names: CHANGED } });
  });

  test("since the commit before", async () => {
    const found = await findChangedFiles(folder, { kind: "parent" });
    expect(found).toMatchObject({ changed: { ref: undefined, names: CHANGED } });
  });

  test.each([
    [["nowhere"], "no-ref"],
    [["--output=x"], "no-ref"],
    [[], "no-ref"],
  ])("a ref that is none: %j", async (refs, reason) => {
    const found = await findChangedFiles(folder, { kind: "merge-base", refs });
    expect(found).toEqual({ kind: "failed", failure: { reason } });
  });

  test("outside of git nothing is known", async () => {
    const found = await findChangedFiles(tmpdir(), { kind: "parent" });
    expect(found).toEqual({ kind: "failed", failure: { reason: "no-source" } });
  });
});
