import { describe, expect, test } from "vitest";
import { type ContractBench, NEVER } from "./contract-bench.ts";
import { PROGRAMS } from "./programs.ts";
import { RecordedOutput } from "./recorded-output.ts";

/** Scripts and what comes of them. */
export function describeSteps(bench: ContractBench): void {
  describe("steps", () => {
    test("the script comes by standard input; output and exit code come out", async () => {
      await using sandbox = await bench.openJob();
      const { exitCode, output } = await bench.run(await sandbox.openStep(bench.step(), NEVER), PROGRAMS.speaks);
      expect({ exitCode, stdout: output.stdout, stderr: output.stderr }).toEqual({
        exitCode: 4,
        stdout: "one\ntwo\n",
        stderr: "three\n",
      });
    });

    test("run again, it is the same container: files stay (GS-841)", async () => {
      await using sandbox = await bench.openJob();
      const container = await sandbox.openStep(bench.step(), NEVER);
      expect((await bench.run(container, PROGRAMS.findsFile)).exitCode).toBe(1);
      expect((await bench.run(container, PROGRAMS.leavesFile)).exitCode).toBe(0);
      expect((await bench.run(container, PROGRAMS.findsFile)).exitCode).toBe(0);
    });

    test("started ahead of its script it runs it as if it had not been, twice too", async () => {
      await using sandbox = await bench.openJob();
      const container = await sandbox.openStep(bench.step(), NEVER);
      await container.warmUp();
      expect((await bench.run(container, PROGRAMS.leavesFile)).exitCode).toBe(0);
      const { exitCode, output } = await bench.run(container, PROGRAMS.speaks);
      expect({ exitCode, stdout: output.stdout }).toEqual({ exitCode: 4, stdout: "one\ntwo\n" });
    });

    test("started ahead of a script that never comes, it ends when it is told to", async () => {
      await using sandbox = await bench.openJob();
      const container = await sandbox.openStep(bench.step(), NEVER);
      await container.warmUp();
      await container.stop(60_000);
      expect((await sandbox.close(60_000)).containers).toBeGreaterThan(0);
    });

    test("without scripts it runs its own command", async () => {
      const plan = bench.step({ scripts: [], command: bench.harness.toCommand(PROGRAMS.speaks) });
      await using sandbox = await bench.openJob([], { steps: [plan] });
      const container = await sandbox.openStep(plan, NEVER);
      const output = new RecordedOutput();
      expect(await container.run(undefined, output.sink, NEVER)).toEqual({ exitCode: 4, oomKilled: false });
      expect(output.lines.filter((line) => line !== "three")).toEqual(["one", "two"]);
    });

    test("a slow reader gets everything", async () => {
      await using sandbox = await bench.openJob();
      const container = await sandbox.openStep(bench.step(), NEVER);
      let bytes = 0;
      let isBusy = false;
      const { exitCode } = await container.run(
        bench.harness.toScript(PROGRAMS.floods),
        async (_, chunk) => {
          expect(isBusy).toBe(false);
          isBusy = true;
          await new Promise((resolve) => setImmediate(resolve));
          bytes += chunk.length;
          isBusy = false;
        },
        NEVER,
      );
      expect({ exitCode, bytes }).toEqual({ exitCode: 0, bytes: 2_000_000 + "end\n".length });
    });

    test("stopping ends a script that waits for its child", async () => {
      await using sandbox = await bench.openJob();
      const container = await sandbox.openStep(bench.step(), NEVER);
      const output = new RecordedOutput();
      const running = container.run(bench.harness.toScript(PROGRAMS.sleeps), output.sink, NEVER);
      await output.until("up");
      await container.stop(20_000);
      // TERM reached the sleeping child: nobody had to be killed.
      expect((await running).exitCode).not.toBe(137);
    });

    test("an abort ends the wait with its reason, and the container is still there to be stopped", async () => {
      await using sandbox = await bench.openJob();
      const container = await sandbox.openStep(bench.step(), NEVER);
      const output = new RecordedOutput();
      const abort = new AbortController();
      const running = container.run(bench.harness.toScript(PROGRAMS.sleeps), output.sink, abort.signal);
      await output.until("up");
      const reason = new Error("enough");
      abort.abort(reason);
      await expect(running).rejects.toBe(reason);
      await container.stop(0);
    });
  });
}
