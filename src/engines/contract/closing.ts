import { describe, expect, test } from "vitest";
import { type ContractBench, NEVER } from "./contract-bench.ts";
import { jobPlan } from "./contract-job.ts";
import { PROGRAMS } from "./programs.ts";

/** Nothing stays behind, however a job ends. */
export function describeClosing(bench: ContractBench): void {
  describe("the end", () => {
    test("closing removes everything, tells how much, and may be asked again", async () => {
      const services = [bench.service("db", PROGRAMS.listens), bench.service("other", PROGRAMS.speaks)];
      const sandbox = await bench.openJob(services);
      for (const service of services) await bench.start(sandbox, service);
      await sandbox.openStep(bench.step(), NEVER);
      const objects = await bench.engine.findObjects(NEVER);
      expect(objects.filter((object) => object.runId === bench.runOf(sandbox))).not.toEqual([]);
      const counts = await sandbox.close(10_000);
      expect(counts.networks * counts.volumes).toBeGreaterThan(0);
      expect(counts.containers).toBeGreaterThanOrEqual(3);
      expect(await sandbox.close(0)).toEqual(counts);
      await bench.expectNothingLeft(sandbox);
    });

    test("closing again with less grace hurries the first", async () => {
      const db = bench.service("db", PROGRAMS.ignoresTerm);
      const sandbox = await bench.openJob([db]);
      await bench.startUp(sandbox, db);
      const closing = sandbox.close(600_000);
      expect(await sandbox.close(50)).toEqual(await closing);
      await bench.expectNothingLeft(sandbox);
    });

    test("closing while a service starts waits for it and leaves nothing", async () => {
      const db = bench.service("db", PROGRAMS.waits);
      const sandbox = await bench.openJob([db]);
      const abort = new AbortController();
      const starting = sandbox.startService(db, () => undefined, abort.signal);
      const reason = new Error("canceled");
      abort.abort(reason);
      await expect(starting).rejects.toBe(reason);
      await sandbox.close(0);
      await bench.expectNothingLeft(sandbox);
    });

    test("a job that is canceled before it opens leaves nothing", async () => {
      const reason = new Error("canceled");
      const runId = bench.newRunId();
      const opening = bench.engine.openJob(
        jobPlan(runId, "job", { services: [], steps: [bench.step()] }),
        AbortSignal.abort(reason),
      );
      await expect(opening).rejects.toBe(reason);
      await bench.expectNothingLeft(runId);
    });

    test("what nobody closed is found by its labels and removed", async () => {
      const db = bench.service("db", PROGRAMS.waits);
      const sandbox = await bench.openJob([db], { name: "left", id: "left" });
      await bench.start(sandbox, db);
      const found = (await bench.engine.findObjects(NEVER)).filter((object) => object.runId === bench.runOf(sandbox));
      expect(new Set(found.map(({ job }) => job))).toEqual(new Set(["left"]));
      const counts = await bench.engine.removeObjects(found, NEVER);
      expect(counts.networks * counts.volumes * counts.containers).toBeGreaterThan(0);
      expect(await bench.engine.removeObjects(found, NEVER)).toEqual({ containers: 0, networks: 0, volumes: 0 });
      expect(await sandbox.close(0)).toMatchObject({ networks: expect.any(Number) });
      await bench.expectNothingLeft(sandbox);
    });
  });
}
