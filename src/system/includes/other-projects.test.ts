import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FileAnswer, FileRequest } from "../../dialects/files.ts";
import { runProcess } from "../processes.ts";
import { findVersion } from "./component-version.ts";
import { openFileFetcher } from "./fetch-file.ts";
import type { FileFetcherOptions } from "./file-fetcher-options.ts";
import { projectAddress } from "./project-address.ts";

const SERVER = "https://gitlab.example";
const env = { PATH: process.env["PATH"], HOME: "/nonexistent", GIT_CONFIG_NOSYSTEM: "1" };
let folder = "";
let sha = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "outrigger-projects-"));
  await write("work/.keep", "");
  await write("plain/ci/a.yml", "plain");
  await write("far/ci/a.yml", "one");
  await write("far/ci/größe x.yml", "strange");
  await write("far/templates/lint.yml", "lint");
  await write("far/templates/big/template.yml", "big");
  await git("init", "--quiet", "--initial-branch=main");
  await commit("v1.0.0");
  sha = (await git("rev-parse", "HEAD")).trim();
  await write("far/ci/a.yml", "two");
  await commit("v1.2.0");
  await commit("v2.0.0-rc1");
  await write("far/ci/a.yml", "three");
  await commit("other");
  await git("clone", "--quiet", "--bare", ".", join(folder, "far.git"));
  await git("remote", "add", "origin", "git@gitlab.example:group/beside.git");
  await git("clone", "--quiet", ".", join(folder, "beside"));
  await git("-C", join(folder, "beside"), "remote", "set-url", "origin", "git@gitlab.example:group/beside.git");
});

afterAll(async () => await rm(folder, { recursive: true, force: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

async function commit(tag: string): Promise<void> {
  await git("add", "-A");
  await git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--allow-empty", "-m", tag);
  await git("tag", "-a", "-m", tag, tag);
}

async function git(...argv: readonly string[]): Promise<string> {
  const identity = { GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@b" };
  const result = await runProcess("git", argv, { cwd: join(folder, "far"), env: { ...env, ...identity } });
  if (result.exitCode !== 0) throw new Error(result.stderr);
  return result.stdout;
}

async function ask(request: FileRequest, options: Partial<FileFetcherOptions> = {}): Promise<string> {
  const url = `file://${join(folder, "far.git")}`;
  const projects = new Map([
    ["group/far", url],
    ["gitlab.example/group/far", url],
    ["group/folder", join(folder, "plain")],
    ["group/repository", join(folder, "far")],
    ["group/nowhere", `file://${join(folder, "nowhere.git")}`],
  ]);
  const fetchFile = openFileFetcher({
    projectFolder: join(folder, "work"),
    isRepository: false,
    remoteUrl: "git@gitlab.example:group/work.git",
    showPath: (full) => full,
    isOffline: false,
    cacheFolder: join(folder, "cache"),
    readSettings: async () => ({ projects, templates: join(folder, "far/templates"), allowPrivate: false }),
    env,
    ...options,
  });
  return shown(await fetchFile(request));
}

function shown(answer: FileAnswer): string {
  if (answer.kind === "text") return `${answer.found.file.replace(folder, "")} ${answer.found.text}`;
  if (answer.kind !== "failed") return answer.kind === "names" ? answer.names.join(" ") : answer.kind;
  return `${answer.failure.reason} ${answer.failure.detail ?? ""}`.trim();
}

function file(project: string, ref?: string, path = "ci/a.yml"): FileRequest {
  return { kind: "project", server: SERVER, project, ref, path };
}

describe("a file of another project (GY-50, GY-51)", () => {
  test.each([
    ["its default branch", "group/far", undefined, /^group\/far@[0-9a-f]{8}:ci\/a.yml three$/],
    ["a branch", "group/far", "main", /^group\/far@main:ci\/a.yml three$/],
    ["a tag", "group/far", "v1.2.0", /^group\/far@v1.2.0:ci\/a.yml two$/],
    ["a mapped folder", "group/folder", "any", /^\/plain\/ci\/a.yml plain$/],
    ["a mapped repository of this machine", "group/repository", "v1.0.0", /^group\/repository@v1.0.0:ci\/a.yml one$/],
    ["a checkout beside this one", "group/beside", "main", /^group\/beside@main:ci\/a.yml three$/],
  ])("%s", async (_name, project, ref, answer) => {
    expect(await ask(file(project, ref))).toMatch(answer);
  });

  test("a name with spaces and letters of any script", async () => {
    expect(await ask(file("group/far", "main", "ci/größe x.yml"))).toBe("group/far@main:ci/größe x.yml strange");
  });

  test("a commit of before, where the server gives it", async () => {
    await git("-C", join(folder, "far.git"), "config", "uploadpack.allowAnySHA1InWant", "true");
    expect(await ask(file("group/far", sha))).toBe(`group/far@${sha}:ci/a.yml one`);
  });

  test.each([
    ["a file that is not there", file("group/far", "main", "no.yml"), /^no-file/],
    ["a way out of it", file("group/folder", undefined, "../far/ci/a.yml"), /^no-file/],
    ["a reference that is not there", file("group/far", "nope"), /^no-ref/],
    ["a reference that looks like an option", file("group/far", "--upload-pack=x"), /^no-ref/],
    ["a project that is not there", file("group/nowhere"), /^no-project git: /],
    ["a project that is none", file("--x/y"), /^no-project it is not the path of a project/],
    ["a project with a program for an address", file("ext::sh -c x"), /^no-project it is not/],
  ])("%s is told", async (_name, request, answer) => {
    expect(await ask(request)).toMatch(answer);
  });

  test("programs that an address could name are not started", async () => {
    const readSettings: FileFetcherOptions["readSettings"] = async () => ({
      projects: new Map([["g/p", `ext::touch ${join(folder, "started")}`]]),
      templates: undefined,
      allowPrivate: false,
    });
    expect(await ask(file("g/p"), { readSettings })).toMatch(/^no-project git: .*not allowed/);
  });

  test("offline the last answer is taken, and nothing is asked", async () => {
    const cacheFolder = join(folder, "other-cache");
    expect(await ask(file("group/far", "main"), { cacheFolder, isOffline: true })).toBe("offline");
    expect(await ask(file("group/far", "main"), { cacheFolder })).toMatch(/three$/);
    expect(await ask(file("group/far", "main"), { cacheFolder, isOffline: true })).toMatch(/three$/);
    expect(await ask(file("group/far", "v1.0.0"), { cacheFolder, isOffline: true })).toBe("offline");
    expect(await ask(file("group/folder"), { cacheFolder, isOffline: true })).toMatch(/plain$/);
  });

  test("its own local includes and patterns are its own", async () => {
    const cacheFolder = join(folder, "cache");
    const readSettings: FileFetcherOptions["readSettings"] = async () => ({
      projects: new Map([["group/far", `file://${join(folder, "far.git")}`]]),
      templates: undefined,
      allowPrivate: false,
    });
    const fetchFile = openFileFetcher({
      projectFolder: join(folder, "work"),
      isRepository: false,
      remoteUrl: undefined,
      showPath: (full) => full,
      isOffline: false,
      cacheFolder,
      readSettings,
      env,
    });
    const first = await fetchFile(file("group/far", "main"));
    const base = first.kind === "text" ? first.found.base : undefined;
    if (base === undefined) throw new Error(shown(first));
    expect(shown(await fetchFile({ kind: "local", base, path: "templates/lint.yml" }))).toMatch(/lint$/);
    expect(shown(await fetchFile({ kind: "pattern", base, pattern: "templates/**.yml" }))).toBe(
      "templates/big/template.yml templates/lint.yml",
    );
    expect(shown(await fetchFile({ kind: "exists", base, patterns: ["**/a.yml"] }))).toBe("ci/a.yml");
  });

  test.each([
    ["group/far", "main", ["**/a.yml"], "ci/a.yml"],
    ["group/far", undefined, ["none", "ci/a.yml"], "ci/a.yml"],
    ["group/far", "main", ["ci"], ""],
    ["group/far", "nope", ["ci/a.yml"], /^no-ref/],
    ["group/none", "main", ["a"], /^no-project/],
  ])("rules:exists looks into %s at %s for %j (GY-166)", async (project, ref, patterns, answer) => {
    const request = { kind: "exists-elsewhere", server: "https://gitlab.example", project, ref, patterns } as const;
    expect(await ask(request)).toMatch(answer);
  });
});

describe("components and templates (GY-53, GY-54)", () => {
  const component = (name: string, version: string): FileRequest => ({
    kind: "component",
    host: "gitlab.example",
    project: "group/far",
    name,
    version,
  });

  test.each([
    ["lint", "1.0.0", 'no-ref there is no version "1.0.0"'],
    ["lint", "v1.0.0", "group/far@v1.0.0:templates/lint.yml lint"],
    ["big", "main", "group/far@main:templates/big/template.yml big"],
    ["lint", "1", "group/far@v1.2.0:templates/lint.yml lint"],
    ["lint", "~latest", "group/far@v1.2.0:templates/lint.yml lint"],
    ["none", "main", "no-file"],
    ["lint", "9", 'no-ref there is no version "9"'],
  ])("%s@%s", async (name, version, answer) => {
    expect(await ask(component(name, version))).toBe(answer);
  });

  test("a version is the highest release that begins so; what stands before a release is none", () => {
    const names = ["1.0.0", "1.9.0", "1.10.0", "2.0.0-rc1", "v2.0.1", "3.0"];
    const refs = new Map(names.map((name, index) => [`refs/tags/${name}`, String(index)]));
    expect(
      ["1", "1.9", "~latest", "2", "3.0", "3", "latest"].map((asked) => findVersion(asked, refs)?.version),
    ).toEqual(["1.10.0", "1.9.0", "v2.0.1", "v2.0.1", "3.0", undefined, undefined]);
  });

  test("a template comes from the configured folder, or is told to have no source", async () => {
    expect(await ask({ kind: "template", name: "lint.yml" })).toBe("/far/templates/lint.yml lint");
    expect(await ask({ kind: "template", name: "../ci/a.yml" })).toBe("no-file");
    const readSettings: FileFetcherOptions["readSettings"] = async () => ({
      projects: new Map(),
      templates: undefined,
      allowPrivate: false,
    });
    expect(await ask({ kind: "template", name: "lint.yml" }, { readSettings })).toBe("no-source");
  });
});

test.each([
  ["git@gitlab.example:group/work.git", "git@gitlab.example:a/b.git"],
  ["ssh://git@gitlab.example:2222/group/work.git", "ssh://git@gitlab.example:2222/a/b.git"],
  ["https://me:pw@gitlab.example/group/work.git", "https://me:pw@gitlab.example/a/b.git"],
  ["https://elsewhere.example/group/work.git", "https://gitlab.example/a/b.git"],
  [undefined, "https://gitlab.example/a/b.git"],
])("another project is asked for the way %s goes", (remoteUrl, address) => {
  expect(projectAddress(SERVER, "a/b", remoteUrl)).toBe(address);
});
