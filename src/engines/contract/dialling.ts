import { describe, expect, test } from "vitest";
import { type ContractBench, NEVER } from "./contract-bench.ts";
import { PORT, PROGRAMS } from "./programs.ts";

/** Whether a service can be reached; tested for every way an engine has. */
export function describeDialling(bench: ContractBench): void {
  describe("dialling a service", () => {
    test("a port that listens accepts, others refuse", async (context) => {
      const db = bench.service("db", PROGRAMS.listens);
      await using sandbox = await bench.openJob([db]);
      const { running } = await bench.start(sandbox, db);
      await context.expect.poll(() => running.dial(PORT, NEVER), { timeout: 20_000 }).toEqual({ kind: "accepted" });
      expect(await running.dial(PORT + 1, NEVER)).toEqual({ kind: "refused" });
    });

    test("of a port that listens on the service's own loopback it says what the job finds", async () => {
      const db = bench.service("db", PROGRAMS.listensToItself);
      await using sandbox = await bench.openJob([db]);
      const { running } = await bench.startUp(sandbox, db);
      const container = await sandbox.openStep(bench.step(), NEVER);
      const { output } = await bench.run(container, PROGRAMS.asksService);
      const kind = output.lines.includes("answered") ? "accepted" : "refused";
      expect(await running.dial(PORT, NEVER)).toEqual({ kind });
    });

    test("a port of a service that has ended refuses", async () => {
      const db = bench.service("db", PROGRAMS.speaks);
      await using sandbox = await bench.openJob([db]);
      const { running } = await bench.start(sandbox, db);
      await running.ended;
      expect(await running.dial(PORT, NEVER)).toEqual({ kind: "refused" });
    });
  });
}
