import { describe, expect, test } from "vitest";
import { type ContractBench, NEVER } from "./contract-bench.ts";
import { PROGRAMS } from "./programs.ts";

/** Names and addresses in the network of a job. */
export function describeNetwork(bench: ContractBench): void {
  describe("the network", () => {
    test("services and the job reach each other by every name (GS-413, GS-414)", async () => {
      await using sandbox = await bench.openJob();
      await bench.start(sandbox, bench.service("db", PROGRAMS.waits, { hostNames: ["db", "db-alias"] }));
      await bench.startUp(sandbox, PROGRAMS.listens, "other");
      const container = await sandbox.openStep(bench.step(), NEVER);
      const { output } = await bench.run(container, PROGRAMS.seesAll);
      expect(output.lines).toEqual(["db", "db-alias", "other", "build"]);
      const { running, log } = await bench.start(sandbox, bench.service("third", PROGRAMS.seesAll));
      await running.ended;
      expect(log.lines).toEqual(["db", "db-alias", "other"]);
    });

    test("a host name is looked up from inside", async () => {
      await using sandbox = await bench.openJob();
      const { running } = await bench.start(
        sandbox,
        bench.service("db", PROGRAMS.waits, { hostNames: ["db", "db-alias"] }),
      );
      expect(await sandbox.resolveHost("db-alias", NEVER)).toEqual([running.address]);
      expect(await sandbox.resolveHost("nobody-has-this-name", NEVER)).toEqual([]);
    });

    test("two jobs at the same time do not see each other, though their services have the same names", async () => {
      const names = ["one", "two", "three"];
      const sandboxes = await Promise.all(names.map((name) => bench.openJob(name)));
      try {
        const started = await Promise.all(
          sandboxes.map((sandbox) => bench.start(sandbox, bench.service("db", PROGRAMS.waits))),
        );
        const found = await Promise.all(sandboxes.map((sandbox) => sandbox.resolveHost("db", NEVER)));
        expect(found).toEqual(started.map(({ running }) => [running.address]));
      } finally {
        await Promise.all(sandboxes.map((sandbox) => sandbox.close(0)));
      }
    });
  });
}
