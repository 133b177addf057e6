import { describe, expect, test } from "vitest";
import { type ContractBench, NEVER } from "./contract-bench.ts";
import { PORT, PROGRAMS } from "./programs.ts";

/** Whether a service can be reached; tested for every way an engine has. */
export function describeDialling(bench: ContractBench): void {
  describe("dialling a service", () => {
    test("a port that listens accepts, others refuse", async () => {
      await using sandbox = await bench.openJob();
      const { running } = await bench.start(sandbox, bench.service("db", PROGRAMS.listens));
      await expect.poll(() => running.dial(PORT, NEVER), { timeout: 20_000 }).toEqual({ kind: "accepted" });
      expect(await running.dial(PORT + 1, NEVER)).toEqual({ kind: "refused" });
    });

    test("a port that listens on the service's own loopback refuses", async () => {
      await using sandbox = await bench.openJob();
      const { running } = await bench.startUp(sandbox, PROGRAMS.listensToItself);
      expect(await running.dial(PORT, NEVER)).toEqual({ kind: "refused" });
    });

    test("a port of a service that has ended refuses", async () => {
      await using sandbox = await bench.openJob();
      const { running } = await bench.start(sandbox, bench.service("db", PROGRAMS.speaks));
      await running.ended;
      expect(await running.dial(PORT, NEVER)).toEqual({ kind: "refused" });
    });
  });
}
