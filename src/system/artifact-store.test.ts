import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ArtifactStore, openArtifactStore } from "./artifact-store.ts";
import { packTar } from "./tar.ts";
import { readTarPaths } from "./tar-reader.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "outrigger-artifacts-"));
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
