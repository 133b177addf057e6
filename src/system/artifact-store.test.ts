import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { KeptFilesError } from "../model/kept-files-error.ts";
import { type ArtifactStore, openArtifactStore } from "./artifact-store.ts";
import { packTar } from "./tar.ts";
import { readTarPaths } from "./tar-reader.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "outrigger-artifacts-"));
  mkdirSync(join(root, "project"));
});
afterEach(() => rmSync(root, { recursive: true }));

function open(): ArtifactStore {
  return openArtifactStore(join(root, "run"), join(root, "project"));
}

function archive(...paths: readonly string[]): AsyncIterable<Uint8Array> {
  const content = Buffer.from("text");
  const head = { type: "file", mode: 0o666, modifiedAtMs: 0, sizeBytes: content.length, content } as const;
  return packTar(paths.map((path) => ({ ...head, path })));
}

describe("what a job left, in a folder for people", () => {
  test("is there for jobs of later runs, by the job's name whatever that is", async () => {
    const store = open();
    await store.write("build: [a/b]", archive("-x", "new\nline", "ü/y"));
    await store.publish("build: [a/b]");
    await store.close();
    const later = open();
    expect(await later.read("build: [a/b]")).toBeUndefined();
    expect([await later.hasStored("build: [a/b]"), await later.hasStored("other")]).toEqual([true, false]);
    const stored = (await later.readStored("build: [a/b]")) ?? archive();
    const paths: string[] = [];
    for await (const path of readTarPaths(stored)) paths.push(path);
    expect(paths.toSorted()).toEqual(["-x", "new\nline", "ü", "ü/y"]);
    expect(readFileSync(join(root, "project/.outrigger/artifacts/.gitignore"), "utf8")).toBe("*\n");
  });

  test("is freed of what killed runs did not finish, and not of what is being made", async () => {
    const drafts = ["old.1234.part", "new.1234.part"].map((name) => join(root, "project/.outrigger/artifacts", name));
    for (const draft of drafts) mkdirSync(draft, { recursive: true });
    utimesSync(drafts[0] ?? "", 1, 1);
    await open().write("job", archive("x"));
    await open().publish("job");
    expect(drafts.map((draft) => existsSync(draft))).toEqual([false, true]);
  });
});

describe("a project that has something else in place of our folders", () => {
  const link = (path: string, target: string): void => {
    mkdirSync(dirname(join(root, "project", path)), { recursive: true });
    symlinkSync(target, join(root, "project", path));
  };
  beforeEach(() => {
    for (const folder of ["outside/bin", "outside/artifacts/bin", "outside/reports/bin/junit"]) {
      mkdirSync(join(root, folder), { recursive: true });
      writeFileSync(join(root, folder, "own"), "mine");
    }
  });
  const isUntouched = (): boolean =>
    ["bin", "artifacts/bin", "reports/bin/junit"].every(
      (folder) => readdirSync(join(root, "outside", folder)).join() === "own",
    );

  test.each([
    { path: ".outrigger", target: "../outside" },
    { path: ".outrigger/artifacts", target: "../../outside" },
    { path: ".outrigger/reports", target: "../../outside" },
    { path: ".outrigger/reports/bin", target: "../../../outside/bin" },
    { path: ".outrigger/artifacts/bin", target: "../../../outside/bin" },
  ])("$path: nothing is read, written or removed behind a link", async ({ path, target }) => {
    link(path, target);
    const store = open();
    await store.write("bin", archive("x"));
    await store.publish("bin").catch((error: unknown) => expect(error).toBeInstanceOf(KeptFilesError));
    await store
      .writeReport("bin", "junit", archive("x"))
      .catch((error: unknown) => expect(error).toBeInstanceOf(KeptFilesError));
    expect((await store.readReports("bin", "junit")).map((report) => report.text)).not.toContain("mine");
    await store.clearReports("bin");
    expect(isUntouched()).toBe(true);
  });

  test("what lies behind a link was not left by an earlier run", async () => {
    link(".outrigger", "../outside");
    expect([await open().hasStored("bin"), await open().readStored("bin")]).toEqual([false, undefined]);
  });

  test("a .gitignore that is a link is not written through", async () => {
    link(".outrigger/artifacts/.gitignore", "../../../outside/bin/own");
    await open().write("job", archive("x"));
    await open().publish("job");
    expect(readFileSync(join(root, "outside/bin/own"), "utf8")).toBe("mine");
  });

  test("a project that was removed is not made again", async () => {
    rmSync(join(root, "project"), { recursive: true });
    await open().write("job", archive("x"));
    await expect(open().publish("job")).rejects.toThrow(/cannot be written: its folder is not there/);
    expect(existsSync(join(root, "project"))).toBe(false);
  });
});

describe("reports", () => {
  test("are read as an earlier run left them, and cleared for the next one", async () => {
    const store = open();
    await store.writeReport("job", "dotenv", archive("b.env", "a/a.env"));
    expect(await open().readReports("job", "dotenv")).toEqual([
      { path: "a/a.env", text: "text" },
      { path: "b.env", text: "text" },
    ]);
    await open().clearReports("job");
    expect(await open().readReports("job", "dotenv")).toEqual([]);
  });

  test("are none where something else stands", async () => {
    mkdirSync(join(root, "project/.outrigger/reports/job"), { recursive: true });
    writeFileSync(join(root, "project/.outrigger/reports/job/dotenv"), "A=b");
    expect(await open().readReports("job", "dotenv")).toEqual([]);
  });
});
