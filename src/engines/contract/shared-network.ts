import { describe, expect, test } from "vitest";
import { type ContractBench, NEVER } from "./contract-bench.ts";
import { PORT, PROGRAMS } from "./programs.ts";

/** All containers of a job in one network name space. */
export function describeSharedNetwork(bench: ContractBench): void {
  describe("the shared network", () => {
    test("every name of the job is 127.0.0.1 for steps and services, and further hosts are known (DR-100, DR-103)", async () => {
      const hostNames = ["db", "My_DB"];
      const extraHosts = ["outside.example:192.0.2.7"];
      const db = bench.service("db", PROGRAMS.readsHosts, { hostNames, extraHosts });
      await using sandbox = await bench.openSharedJob([db], ...hostNames);
      const { running, log } = await bench.start(sandbox, db);
      await running.ended;
      const container = await sandbox.openStep(bench.step(), NEVER);
      const { output } = await bench.run(container, PROGRAMS.readsHosts);
      const lines = ["db 127.0.0.1", "outside.example 192.0.2.7"];
      expect(log.lines).toEqual(expect.arrayContaining(lines));
      // A name that is none by the rules of DNS may come later than the services, but not later than the script.
      expect(output.lines).toEqual(["My_DB 127.0.0.1", ...lines]);
      expect(await sandbox.resolveHost("my_db", NEVER)).toEqual(["127.0.0.1"]);
    });

    test("a service answers at localhost, whatever it listens on (DR-9, DR-98)", async (context) => {
      for (const program of [PROGRAMS.listens, PROGRAMS.listensToItself]) {
        const db = bench.service("db", program);
        await using sandbox = await bench.openSharedJob([db], "db");
        const { running } = await bench.startUp(sandbox, db);
        await context.expect.poll(() => running.dial(PORT, NEVER), { timeout: 20_000 }).toEqual({ kind: "accepted" });
        expect(await running.dial(PORT + 1, NEVER)).toEqual({ kind: "refused" });
        const container = await sandbox.openStep(bench.step(), NEVER);
        expect((await bench.run(container, PROGRAMS.asksLocalhost)).output.lines).toEqual(["answered"]);
      }
    });

    test("all services have one address; an ended one has none and refuses", async () => {
      const plans = {
        db: bench.service("db", PROGRAMS.waits),
        other: bench.service("other", PROGRAMS.listens),
        short: bench.service("short", PROGRAMS.speaks),
      };
      await using sandbox = await bench.openSharedJob(Object.values(plans), "db", "other", "short");
      const { running: db } = await bench.start(sandbox, plans.db);
      const { running: other } = await bench.startUp(sandbox, plans.other);
      expect(db.address).toBe(other.address);
      expect(db.address).toMatch(/^\d+\./);
      const { running: short } = await bench.start(sandbox, plans.short);
      await short.ended;
      expect([short.address, await short.dial(PORT, NEVER)]).toEqual([undefined, { kind: "refused" }]);
    });

    test("closing removes what holds the name space as well", async () => {
      const db = bench.service("db", PROGRAMS.waits);
      const sandbox = await bench.openSharedJob([db], "db");
      await bench.start(sandbox, db);
      await sandbox.openStep(bench.step(), NEVER);
      expect(await sandbox.close(10_000)).toMatchObject({ networks: 1, volumes: 1 });
      await bench.expectNothingLeft(sandbox);
    });

    test("a volume of the job is shared by those who name it, and removed with it (DR-204)", async () => {
      const volumes = [{ kind: "named", source: "cache", target: "/cache", readOnly: false, lifetime: "job" }] as const;
      const db = bench.service("db", PROGRAMS.writesToVolume, { volumes });
      const step = bench.step({ volumes });
      const change = { network: "shared", nameSpace: bench.nameSpace("db"), steps: [step] } as const;
      const sandbox = await bench.openJob([db], change);
      await bench.startUp(sandbox, db);
      const container = await sandbox.openStep(step, NEVER);
      expect((await bench.run(container, PROGRAMS.readsVolume)).exitCode).toBe(0);
      await sandbox.close(0);
      await bench.expectNothingLeft(sandbox);
    });
  });
}
