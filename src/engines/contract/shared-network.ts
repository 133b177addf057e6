import { describe, expect, test } from "vitest";
import { type ContractBench, NEVER } from "./contract-bench.ts";
import { jobPlan, nameSpacePlan } from "./contract-job.ts";
import { PORT, PROGRAMS } from "./programs.ts";

/** All containers of a job in one network name space. */
export function describeSharedNetwork(bench: ContractBench): void {
  describe("the shared network", () => {
    test("every name of the job is 127.0.0.1 for steps and services, and further hosts are known (DR-100, DR-103)", async () => {
      await using sandbox = await bench.openSharedJob("db", "My_DB");
      const { running, log } = await bench.start(sandbox, bench.service("db", PROGRAMS.readsHosts));
      await running.ended;
      const container = await sandbox.openStep(bench.step(), NEVER);
      const { output } = await bench.run(container, PROGRAMS.readsHosts);
      const lines = ["My_DB 127.0.0.1", "db 127.0.0.1", "outside.example 192.0.2.7"];
      expect([log.lines, output.lines]).toEqual([lines, lines]);
      expect(await sandbox.resolveHost("my_db", NEVER)).toEqual(["127.0.0.1"]);
    });

    test("a service answers at localhost, whatever it listens on (DR-9, DR-98)", async () => {
      for (const program of [PROGRAMS.listens, PROGRAMS.listensToItself]) {
        await using sandbox = await bench.openSharedJob("db");
        const { running } = await bench.startUp(sandbox, program);
        await expect.poll(() => running.dial(PORT, NEVER), { timeout: 20_000 }).toEqual({ kind: "accepted" });
        expect(await running.dial(PORT + 1, NEVER)).toEqual({ kind: "refused" });
        const container = await sandbox.openStep(bench.step(), NEVER);
        expect((await bench.run(container, PROGRAMS.asksLocalhost)).output.lines).toEqual(["answered"]);
      }
    });

    test("all services have one address; an ended one has none and refuses", async () => {
      await using sandbox = await bench.openSharedJob("db", "other");
      const { running: db } = await bench.start(sandbox, bench.service("db", PROGRAMS.waits));
      const { running: other } = await bench.startUp(sandbox, PROGRAMS.listens, "other");
      expect(db.address).toBe(other.address);
      expect(db.address).toMatch(/^\d+\./);
      await other.stop(10_000);
      await other.ended;
      expect([other.address, await other.dial(PORT, NEVER)]).toEqual([undefined, { kind: "refused" }]);
    });

    test("closing removes the owner of the name space as well", async () => {
      const sandbox = await bench.openSharedJob("db");
      await bench.start(sandbox, bench.service("db", PROGRAMS.waits));
      await sandbox.openStep(bench.step(), NEVER);
      expect(await sandbox.close(10_000)).toEqual({ containers: 3, networks: 1, volumes: 1 });
      await bench.expectNothingLeft();
    });

    test("a volume of the job is shared by those who name it, and removed with it (DR-204)", async () => {
      const volumes = [{ kind: "named", source: "cache", target: "/cache", readOnly: false, lifetime: "job" }] as const;
      const parts = { services: [bench.service("db", PROGRAMS.waits, { volumes })], steps: [bench.step({ volumes })] };
      const nameSpace = nameSpacePlan(bench.harness.image, "db");
      const sandbox = await bench.engine.openJob(jobPlan(bench.runId, "job", { ...parts, nameSpace }), NEVER);
      await bench.start(sandbox, parts.services[0] ?? bench.service("db", PROGRAMS.waits));
      expect(await sandbox.close(0)).toEqual({ containers: 2, networks: 1, volumes: 2 });
      await bench.expectNothingLeft();
    });
  });
}
