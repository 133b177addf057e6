import { describe, expect, test } from "vitest";
import type { OutputSink } from "../engine.ts";
import { type ContractBench, NEVER } from "./contract-bench.ts";
import { servicePlan } from "./contract-job.ts";
import { MISSING_PROGRAM, PROGRAMS } from "./programs.ts";
import { RecordedOutput } from "./recorded-output.ts";

/** From the start of a service to its end. */
export function describeServices(bench: ContractBench): void {
  describe("services", () => {
    test("every byte of the log is there when its end is known, with the exit code", async () => {
      const db = bench.service("db", PROGRAMS.speaks);
      await using sandbox = await bench.openJob([db]);
      const { running, log } = await bench.start(sandbox, db);
      expect(await running.ended).toEqual({ exitCode: 4, oomKilled: false });
      // Not every engine keeps the two streams of a service apart.
      expect([...log.lines, ...log.stderr.split("\n").filter(Boolean)].toSorted()).toEqual(["one", "three", "two"]);
      expect(log.lines.filter((line) => line !== "three")).toEqual(["one", "two"]);
      expect(running.address).toBeUndefined();
    });

    test("that it is over is known while its log is still on its way", async (context) => {
      const db = bench.service("db", PROGRAMS.leaves);
      await using sandbox = await bench.openJob([db]);
      const log = new RecordedOutput();
      const reader = Promise.withResolvers<void>();
      const slow: OutputSink = async (fd, chunk) => {
        await reader.promise;
        await log.sink(fd, chunk);
      };
      const running = await sandbox.startService(db, slow, NEVER);
      await context.expect.poll(() => running.isOver(NEVER), { timeout: 20_000, interval: 20 }).toBe(true);
      expect([running.address, log.stdout]).toEqual([undefined, ""]);
      reader.resolve();
      expect(await running.ended).toEqual({ exitCode: 4, oomKilled: false });
      expect(log.stdout).toBe("gone\n");
    });

    test("a program that is missing is an end with the engine's words, not a failure to start", async () => {
      const db = servicePlan("db", bench.harness.image, { command: [MISSING_PROGRAM] });
      await using sandbox = await bench.openJob([db]);
      const { running } = await bench.start(sandbox, db);
      expect(await running.ended).toMatchObject({ exitCode: 127, error: expect.stringContaining(MISSING_PROGRAM) });
    });

    test("it gets its own environment and says all of it", async () => {
      const env = new Map([["GREETING", "hello $HOME $(HOME) 'x' \"y\""]]);
      const db = bench.service("db", PROGRAMS.printsVariable, { env });
      await using sandbox = await bench.openJob([db]);
      const { running, log } = await bench.start(sandbox, db);
      await running.ended;
      expect(log.stdout).toBe("hello $HOME $(HOME) 'x' \"y\"\n");
      expect(running.env.get("GREETING")).toBe("hello $HOME $(HOME) 'x' \"y\"");
    });

    test("a command runs inside it; one that is missing is no failure, nor is a container that has ended", async () => {
      const [db, other] = [bench.service("db", PROGRAMS.listens), bench.service("other", PROGRAMS.speaks)];
      await using sandbox = await bench.openJob([db, other]);
      const { running } = await bench.startUp(sandbox, db);
      expect(await running.isOver(NEVER)).toBe(false);
      expect(await running.exec(["cat", "/etc/passwd"], NEVER)).toMatchObject({
        kind: "ended",
        exitCode: 0,
        stdout: expect.stringContaining("root:x:0:0"),
      });
      expect(await running.exec([MISSING_PROGRAM], NEVER)).toMatchObject({ kind: "not_run" });
      const { running: ended } = await bench.start(sandbox, other);
      await ended.ended;
      expect(await ended.exec(["cat", "/etc/passwd"], NEVER)).toMatchObject({ kind: "not_run" });
    });

    test("closing asks first, and its last words are in the log", async () => {
      const db = bench.service("db", PROGRAMS.listens);
      await using sandbox = await bench.openJob([db]);
      const { running, log } = await bench.startUp(sandbox, db);
      await sandbox.close(10_000);
      await running.ended;
      expect(log.stdout).toBe("up\nbye\n");
    });

    test("one that does not listen to TERM is killed after its grace", async () => {
      const db = bench.service("db", PROGRAMS.ignoresTerm);
      await using sandbox = await bench.openJob([db]);
      const { running } = await bench.startUp(sandbox, db);
      await sandbox.close(100);
      await running.ended;
      expect(running.address).toBeUndefined();
      await bench.expectNothingLeft(sandbox);
    });
  });
}
