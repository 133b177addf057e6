import { describe, expect, test } from "vitest";
import type { SourceArchive } from "../engine.ts";
import { archive, file, folder } from "./contract-archive.ts";
import { type ContractBench, NEVER } from "./contract-bench.ts";
import { PROGRAMS, SOURCE_FOLDER } from "./programs.ts";

const sources = archive(file("source", "a\n"), folder("sub/"), file("sub/more", ""));

/** The sources in a workspace that services share with the job. */
export function describeSharedSources(bench: ContractBench): void {
  describe("sources that services see", () => {
    test("replace what a service wrote before them (GS-709)", async () => {
      const db = bench.service("db", PROGRAMS.writesToSources);
      await using sandbox = await bench.openJob([db]);
      await bench.startUp(sandbox, db);
      const container = await sandbox.openStep(bench.step(), NEVER);
      await sandbox.putSources(sources, NEVER);
      expect((await bench.run(container, PROGRAMS.listsSources)).output.lines).toEqual(["source", "sub/more"]);
    });

    test("leave what a service writes after them (GS-709)", async () => {
      const db = bench.service("db", PROGRAMS.writesLate);
      await using sandbox = await bench.openJob([db]);
      const { log } = await bench.start(sandbox, db);
      const container = await sandbox.openStep(bench.step(), NEVER);
      await sandbox.putSources(sources, NEVER);
      await log.until("done");
      expect((await bench.run(container, PROGRAMS.listsSources)).output.lines).toEqual(["late", "source", "sub/more"]);
    });

    test("may come before the services, which then see them (DR-210)", async () => {
      const db = bench.service("db", PROGRAMS.listsSources);
      const workspace = { mountPath: "/builds", sourcePath: SOURCE_FOLDER, sourcesBeforeServices: true };
      await using sandbox = await bench.openJob([db], { workspace });
      await sandbox.openStep(bench.step(), NEVER);
      await sandbox.putSources(sources, NEVER);
      const { running, log } = await bench.start(sandbox, db);
      await running.ended;
      expect(log.lines).toEqual(["source", "sub/more"]);
    });
  });
}

/** The sources on their way to the steps. */
export function describeSources(bench: ContractBench): void {
  describe("sources", () => {
    test("more than fits into one piece comes whole", async () => {
      await using sandbox = await bench.openJob();
      const container = await sandbox.openStep(bench.step(), NEVER);
      await sandbox.putSources(archive(file("large", Buffer.alloc(9_000_001, "x"))), NEVER);
      const { output, exitCode } = await bench.run(container, PROGRAMS.listsSources);
      expect({ exitCode, lines: output.lines }).toEqual({ exitCode: 0, lines: ["large"] });
      expect((await bench.run(container, PROGRAMS.findsLarge)).exitCode).toBe(0);
    });

    test("a source that breaks off is that error", async () => {
      await using sandbox = await bench.openJob();
      await sandbox.openStep(bench.step(), NEVER);
      const broken: SourceArchive = {
        open: async function* () {
          yield new Uint8Array(512);
          throw new Error("the disk went away");
        },
      };
      await expect(sandbox.putSources(broken, NEVER)).rejects.toThrow("the disk went away");
    });
  });
}
