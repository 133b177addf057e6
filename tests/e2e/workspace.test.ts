import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { CliProject, eventOf, jobOutput } from "./cli-project.ts";
import { leftBy } from "./test-engine.ts";

function git(cwd: string, ...argv: readonly string[]): string {
  const user = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "protocol.file.allow=always"];
  return execFileSync("git", [...user, ...argv], { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}

/** Looks at everything that may differ between one kind of repository and another. */
const LOOK = `
default: {image: ruby:2.6}
look:
  script:
    - echo "sha=$CI_COMMIT_SHA branch=$CI_COMMIT_BRANCH dir=$CI_PROJECT_DIR"
    - git log --format=%s || echo no log
    - git status --porcelain || true
    - ls -A
`;

describe("the sources in the job", () => {
  test("a dirty tree goes in as it stands, ignored files do not, and the tree stays as it was", async () => {
    using project = new CliProject({
      ".gitlab-ci.yml": LOOK,
      ".gitignore": "secret.txt\nbuilt/\n",
      "kept.txt": "old\n",
      "gone.txt": "x\n",
      "run.sh": "echo by script\n",
    });
    chmodSync(join(project.folder, "run.sh"), 0o755);
    symlinkSync("kept.txt", join(project.folder, "link"));
    git(project.folder, "add", ".");
    git(project.folder, "commit", "-q", "-m", "second");
    writeFileSync(join(project.folder, "kept.txt"), "new\n");
    writeFileSync(join(project.folder, "untracked.txt"), "u\n");
    writeFileSync(join(project.folder, "secret.txt"), "s\n");
    mkdirSync(join(project.folder, "built"));
    rmSync(join(project.folder, "gone.txt"));
    const before = git(project.folder, "status", "--porcelain=v2");
    const result = await project.run(["look"]);
    expect(jobOutput(result).slice(1)).toEqual([
      "second",
      "first",
      " D gone.txt",
      " M kept.txt",
      "?? untracked.txt",
      ...[".git", ".gitignore", ".gitlab-ci.yml", "kept.txt", "link", "run.sh", "untracked.txt"],
    ]);
    expect(eventOf(result, "run.started").changedFiles).toBe(3);
    expect(git(project.folder, "status", "--porcelain=v2")).toBe(before);
    expect(readdirSync(project.folder)).toContain("secret.txt");
  });

  test("without git it works, with values that say so", async () => {
    using project = new CliProject({ ".gitlab-ci.yml": LOOK, ".gitignore": "x\n", x: "goes in\n" }, { git: false });
    const result = await project.run(["look"]);
    expect(result.exitCode).toBe(0);
    const lines = jobOutput(result);
    // What git says on stderr may come before: an engine hands on two streams, in no order between them.
    expect(lines).toContainEqual(expect.stringMatching(/^sha=\S* branch=\S* dir=\/builds\/local\/project$/));
    expect(lines).toEqual(expect.arrayContaining(["x", "no log"]));
    expect(result.events[0]).not.toHaveProperty("changedFiles");
  });

  test.each([
    {
      what: "a repository without a commit",
      prepare: (folder: string) => git(folder, "init", "-q", "-b", "main"),
      log: "no log",
    },
    {
      what: "a detached head",
      prepare: (folder: string) => {
        git(folder, "init", "-q", "-b", "main");
        git(folder, "commit", "-q", "--allow-empty", "-m", "only");
        git(folder, "checkout", "-q", "--detach");
      },
      log: "only",
    },
  ])("$what works", async ({ prepare, log }) => {
    using project = new CliProject({ ".gitlab-ci.yml": LOOK }, { git: false });
    prepare(project.folder);
    const result = await project.run(["look"]);
    expect(result.exitCode).toBe(0);
    expect(jobOutput(result)).toContain(log);
  });

  test("a shallow clone, a linked work tree and a submodule work, with git in the job", async () => {
    using project = new CliProject({ ".gitlab-ci.yml": LOOK });
    git(project.folder, "commit", "-q", "--allow-empty", "-m", "second");
    git(project.folder, "worktree", "add", "-q", "-b", "other", "linked");
    git(project.folder, "clone", "-q", "--depth", "1", `file://${project.folder}`, "shallow");
    git(project.folder, "clone", "-q", ".", "outer");
    git(join(project.folder, "outer"), "submodule", "add", "-q", project.folder, "inner");
    const linked = await project.runIn("linked", ["look"]);
    expect(jobOutput(linked)).toEqual([
      expect.stringMatching(/^sha=[0-9a-f]{40} branch=other dir=\/builds\/local\/linked$/),
      "second",
      "first",
      ".git",
      ".gitlab-ci.yml",
    ]);
    expect(jobOutput(await project.runIn("shallow", ["look"])).slice(1)).toEqual(["second", ".git", ".gitlab-ci.yml"]);
    const outer = jobOutput(await project.runIn("outer", ["look"]));
    expect(outer).toEqual(expect.arrayContaining(["second", "A  .gitmodules", "A  inner", "inner"]));
    expect(git(join(project.folder, "linked"), "status", "--porcelain")).toBe("");
  });

  test("a path with spaces and letters of all kinds", async () => {
    using project = new CliProject(
      { ".gitlab-ci.yml": LOOK, "ein Ordner/größe 日本.txt": "x\n" },
      { name: "mein Projekt é" },
    );
    const result = await project.run(["look"]);
    expect(result.exitCode).toBe(0);
    expect(jobOutput(result)).toContain("ein Ordner");
    expect(jobOutput(result)[0]).toMatch(/branch=main dir=\/builds\/\S+$/);
    expect(result.stderr).not.toContain("error");
  });
});

describe("what services write into the project folder", () => {
  const project = new CliProject({
    ".gitlab-ci.yml": `
job:
  image: busybox
  services:
    - name: busybox
      alias: early
      command: [sh, -c, 'mkdir -p /builds/local/project; echo x > /builds/local/project/early; echo y > /builds/kept; sleep 60']
      variables: {HEALTHCHECK_TCP_PORT: "1"}
    - name: busybox
      alias: late
      command: [sh, -c, 'until [ -e /builds/local/project/source.txt ]; do sleep 0.05; done; echo late > /builds/local/project/late; sleep 60']
  script:
    - 'for n in $(seq 1 100); do [ -e late ] && break; sleep 0.1; done'
    - ls
    - cat late
    - ls /builds
`,
    "source.txt": "source\n",
  });
  afterAll(() => project[Symbol.dispose]());

  test("before the sources arrive is removed, afterwards stays; beside it everything stays", async () => {
    const result = await project.run(["--services-timeout", "1s"]);
    expect(jobOutput(result)).toEqual(["late", "source.txt", "late", "kept", "local"]);
    expect(result.exitCode).toBe(0);
    expect(await leftBy(result)).toEqual([]);
    expect(existsSync(join(project.folder, "late"))).toBe(false);
  });
});
