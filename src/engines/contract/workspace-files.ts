import { describe, expect, test } from "vitest";
import { collectBytes, readTar } from "../../system/tar-reader.ts";
import type { JobSandbox, SourceArchive } from "../engine.ts";
import { archive, file, folder } from "./contract-archive.ts";
import { type ContractBench, NEVER } from "./contract-bench.ts";
import { PROGRAMS, SOURCE_FOLDER } from "./programs.ts";

async function readFiles(sandbox: JobSandbox, path: string): Promise<Readonly<Record<string, string>> | undefined> {
  const bytes = await sandbox.readPath(path, NEVER);
  if (bytes === undefined) return undefined;
  const found: [string, string][] = [];
  for await (const entry of readTar(bytes)) {
    if (entry.type === "file") found.push([entry.path, Buffer.from(await collectBytes(entry.content)).toString()]);
  }
  return Object.fromEntries(found.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Files that go into the workspace and come out of it beside the sources: artifacts and caches. */
export function describeWorkspaceFiles(bench: ContractBench): void {
  describe("files of the workspace", () => {
    test("can be read when the script has ended: a folder, a file, everything, nothing", async () => {
      await using sandbox = await bench.openJob();
      const container = await sandbox.openStep(bench.step(), NEVER);
      await sandbox.putSources(archive(), NEVER);
      expect((await bench.run(container, PROGRAMS.makesFiles)).exitCode).toBe(0);
      expect(await readFiles(sandbox, "out")).toEqual({ "out/a": "one", "out/sub/b": "two" });
      expect(await readFiles(sandbox, "out/sub/")).toEqual({ "sub/b": "two" });
      expect(await readFiles(sandbox, "other")).toEqual({ other: "3" });
      const all = { "project/other": "3", "project/out/a": "one", "project/out/sub/b": "two" };
      expect(await readFiles(sandbox, "")).toEqual(all);
      expect(await readFiles(sandbox, "no/such")).toBeUndefined();
      expect((await bench.run(container, PROGRAMS.listsSources)).output.lines).toContain("out/a");
    });

    test("are added over the sources, and what they do not name stays", async () => {
      await using sandbox = await bench.openJob();
      const container = await sandbox.openStep(bench.step(), NEVER);
      await sandbox.putSources(archive(file("source", "a"), folder("sub/"), file("sub/more", "old")), NEVER);
      await sandbox.addFiles(archive(file("sub/more", "new\n")), NEVER);
      await sandbox.addFiles(archive(file("added", "")), NEVER);
      expect((await bench.run(container, PROGRAMS.listsSources)).output.lines).toEqual(["added", "source", "sub/more"]);
      expect((await bench.run(container, PROGRAMS.printsMore)).output.lines).toEqual(["new"]);
    });

    test("may stand beside the sources, in a folder that is made for them, and stay there", async () => {
      await using sandbox = await bench.openJob();
      const container = await sandbox.openStep(bench.step(), NEVER);
      await sandbox.addFilesBeside(`${SOURCE_FOLDER}.tmp/deep`, archive(file("value", "text\n")), NEVER);
      await sandbox.putSources(archive(file("source", "a")), NEVER);
      expect((await bench.run(container, PROGRAMS.listsSources)).output.lines).toEqual(["source"]);
      expect((await bench.run(container, PROGRAMS.printsBeside)).output.lines).toEqual(["text"]);
    });

    test("whoever stops reading ends the transfer, and an archive that breaks off is its own error", async () => {
      await using sandbox = await bench.openJob();
      const container = await sandbox.openStep(bench.step(), NEVER);
      await sandbox.putSources(archive(file("large", Buffer.alloc(9_000_001, "x"))), NEVER);
      for await (const chunk of (await sandbox.readPath("", NEVER)) ?? []) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
      const broken: SourceArchive = {
        open: async function* () {
          yield new Uint8Array(512);
          throw new Error("the disk went away");
        },
      };
      await expect(sandbox.addFiles(broken, NEVER)).rejects.toThrow("the disk went away");
      expect((await bench.run(container, PROGRAMS.findsLarge)).exitCode).toBe(0);
    });
  });
}
