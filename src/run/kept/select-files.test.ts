import { describe, expect, test } from "vitest";
import { compileSelection, type SelectionRequest } from "./select-files.ts";

const SOURCES = "/builds/group/project";
const TREE = [
  ".git/",
  ".git/config",
  ".hidden",
  "a.txt",
  "build/",
  "build/app",
  "build/sub/",
  "build/sub/deep.log",
  "build/sub/x.txt",
  "logs/",
  "logs/one.log",
];

function keep(request: Partial<SelectionRequest>, isSource?: (path: string) => boolean): readonly string[] {
  const filter = compileSelection({ paths: [], untracked: false, ...request }, SOURCES, isSource);
  return TREE.filter((path) => filter.isKept(path.replace(/\/$/, ""), path.endsWith("/"))).filter(
    (path) => !path.endsWith("/"),
  );
}

describe("paths of artifacts and caches (GY-209, GY-252)", () => {
  test.each([
    [["build/**"], ["build/app", "build/sub/deep.log", "build/sub/x.txt"]],
    [["build/"], ["build/app", "build/sub/deep.log", "build/sub/x.txt"]],
    [["build"], ["build/app", "build/sub/deep.log", "build/sub/x.txt"]],
    [["./build/sub"], ["build/sub/deep.log", "build/sub/x.txt"]],
    [["build/*"], ["build/app", "build/sub/deep.log", "build/sub/x.txt"]],
    [["**/*.log"], ["build/sub/deep.log", "logs/one.log"]],
    [["*.txt"], ["a.txt"]],
    [
      ["{a,b}.txt", "build/su?/*.txt"],
      ["a.txt", "build/sub/x.txt"],
    ],
    [[`${SOURCES}/logs`], ["logs/one.log"]],
    [["."], TREE.filter((path) => !path.startsWith(".git/") && !path.endsWith("/"))],
    [["nothing"], []],
  ])("%j", (paths, kept) => {
    expect(keep({ paths })).toEqual(kept);
  });

  test.each(["../x", "/etc/passwd", "a/../../x", "/builds/group/project2/x"])("%s leads out", (path) => {
    const filter = compileSelection({ paths: [path], untracked: false }, SOURCES);
    expect(filter).toMatchObject({ outside: [path], bases: [] });
  });

  test("exclude takes files away, a folder's name takes nothing (GY-210)", () => {
    expect(keep({ paths: ["build"], exclude: ["build/sub/"] })).toEqual([
      "build/app",
      "build/sub/deep.log",
      "build/sub/x.txt",
    ]);
    expect(keep({ paths: ["build"], exclude: ["build/sub/**/*"] })).toEqual(["build/app"]);
    expect(keep({ paths: ["build"], exclude: ["**/*.log"] })).toEqual(["build/app", "build/sub/x.txt"]);
  });

  test("untracked is what did not come with the sources, never .git (GY-211)", () => {
    const isSource = (path: string): boolean => path === "a.txt" || path.startsWith("logs");
    const kept = keep({ untracked: true, exclude: ["**/*.log"] }, isSource);
    expect(kept).toEqual([".hidden", "build/app", "build/sub/x.txt"]);
  });

  test("only what may fit is read", () => {
    const bases = (paths: readonly string[]): readonly string[] =>
      compileSelection({ paths, untracked: false }, SOURCES).bases;
    expect(bases(["build/sub", "build/*.o", "logs/a/b*"])).toEqual(["build", "logs/a"]);
    expect(bases(["**/*.log", "build"])).toEqual([""]);
  });

  test("patterns that fitted nothing are known", () => {
    const filter = compileSelection({ paths: ["a.txt", "no/*", "gone"], untracked: false }, SOURCES);
    for (const path of TREE) filter.isKept(path.replace(/\/$/, ""), path.endsWith("/"));
    expect(filter.unmatched()).toEqual(["no/*", "gone"]);
  });
});
