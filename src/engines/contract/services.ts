import { describe, expect, test } from "vitest";
import { type ContractBench, NEVER } from "./contract-bench.ts";
import { servicePlan } from "./contract-job.ts";
import { MISSING_PROGRAM, PROGRAMS } from "./programs.ts";

/** From the start of a service to its end. */
export function describeServices(bench: ContractBench): void {
  describe("services", () => {
    test("every byte of the log is there when its end is known, with the exit code", async () => {
      await using sandbox = await bench.openJob();
      const { running, log } = await bench.start(sandbox, bench.service("db", PROGRAMS.speaks));
      expect(await running.ended).toEqual({ exitCode: 4, oomKilled: false });
      expect({ stdout: log.stdout, stderr: log.stderr }).toEqual({ stdout: "one\ntwo\n", stderr: "three\n" });
      expect(running.address).toBeUndefined();
    });

    test("a program that is missing is an end with the engine's words, not a failure to start", async () => {
      await using sandbox = await bench.openJob();
      const { running } = await bench.start(
        sandbox,
        servicePlan("db", bench.harness.image, { command: [MISSING_PROGRAM] }),
      );
      expect(await running.ended).toMatchObject({ exitCode: 127, error: expect.stringContaining(MISSING_PROGRAM) });
    });

    test("it gets its own environment and says all of it", async () => {
      await using sandbox = await bench.openJob();
      const env = new Map([["GREETING", "hello $HOME 'x' \"y\""]]);
      const { running, log } = await bench.start(sandbox, bench.service("db", PROGRAMS.printsVariable, { env }));
      await running.ended;
      expect(log.stdout).toBe("hello $HOME 'x' \"y\"\n");
      expect(running.env.get("GREETING")).toBe("hello $HOME 'x' \"y\"");
    });

    test("a command runs inside it; one that is missing is no failure, nor is a container that has ended", async () => {
      await using sandbox = await bench.openJob();
      const { running } = await bench.startUp(sandbox, PROGRAMS.listens);
      expect(await running.exec(["cat", "/etc/passwd"], NEVER)).toMatchObject({
        kind: "ended",
        exitCode: 0,
        stdout: expect.stringContaining("root:x:0:0"),
      });
      expect(await running.exec([MISSING_PROGRAM], NEVER)).toMatchObject({ kind: "not_run" });
      await running.stop(0);
      expect(await running.exec(["cat", "/etc/passwd"], NEVER)).toMatchObject({ kind: "not_run" });
    });

    test("stopping asks first, and its last words are in the log", async () => {
      await using sandbox = await bench.openJob();
      const { running, log } = await bench.startUp(sandbox, PROGRAMS.listens);
      await running.stop(10_000);
      expect(await running.ended).toMatchObject({ exitCode: 5 });
      expect(log.stdout).toBe("up\nbye\n");
    });

    test("one that does not listen to TERM is killed after its grace", async () => {
      await using sandbox = await bench.openJob();
      const { running } = await bench.startUp(sandbox, PROGRAMS.ignoresTerm);
      await running.stop(100);
      expect(await running.ended).toMatchObject({ exitCode: 137 });
    });

    test("a second stop with less grace hurries the first", async () => {
      await using sandbox = await bench.openJob();
      const { running } = await bench.startUp(sandbox, PROGRAMS.ignoresTerm);
      const patient = running.stop(600_000);
      await Promise.all([patient, running.stop(50)]);
      expect(await running.ended).toMatchObject({ exitCode: 137 });
    });
  });
}
