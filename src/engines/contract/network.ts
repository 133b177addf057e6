import { describe, expect, test } from "vitest";
import { type ContractBench, NEVER } from "./contract-bench.ts";
import { PORT, PROGRAMS } from "./programs.ts";

/** Names and addresses in the network of a job. */
export function describeNetwork(bench: ContractBench): void {
  describe("the network", () => {
    test("services and the job reach each other by every name (GS-413, GS-414)", async () => {
      const db = bench.service("db", PROGRAMS.waits, { hostNames: ["db", "db-alias"] });
      const other = bench.service("other", PROGRAMS.listens);
      const third = bench.service("third", PROGRAMS.seesServices);
      await using sandbox = await bench.openJob([db, other, third]);
      await bench.start(sandbox, db);
      await bench.startUp(sandbox, other);
      const container = await sandbox.openStep(bench.step(), NEVER);
      const { output } = await bench.run(container, PROGRAMS.seesAll);
      expect(output.lines).toEqual(["db", "db-alias", "other", "build"]);
      const { running, log } = await bench.start(sandbox, third);
      await running.ended;
      expect(log.lines).toEqual(["db", "db-alias", "other"]);
    });

    test("a host name is looked up from inside", async () => {
      const db = bench.service("db", PROGRAMS.waits, { hostNames: ["db", "db-alias"] });
      await using sandbox = await bench.openJob([db]);
      const { running } = await bench.start(sandbox, db);
      expect(await sandbox.resolveHost("db-alias", NEVER)).toEqual([running.address]);
      expect(await sandbox.resolveHost("nobody-has-this-name", NEVER)).toEqual([]);
    });

    test("two jobs at the same time do not see each other, though their services have the same names", async (context) => {
      const names = ["one", "two", "three"];
      const db = bench.service("db", PROGRAMS.listens);
      const sandboxes = await Promise.all(names.map((name) => bench.openJob([db], { name, id: name })));
      try {
        const started = await Promise.all(sandboxes.map((sandbox) => bench.startUp(sandbox, db)));
        const found = await Promise.all(sandboxes.map((sandbox) => sandbox.resolveHost("db", NEVER)));
        expect(found).toEqual(started.map(({ running }) => [running.address]));
        // Each has the port for itself.
        for (const { running } of started) {
          await context.expect.poll(() => running.dial(PORT, NEVER), { timeout: 20_000 }).toEqual({ kind: "accepted" });
        }
      } finally {
        await Promise.all(sandboxes.map((sandbox) => sandbox.close(0)));
      }
    });
  });
}
