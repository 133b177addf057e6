import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ServicePlan, StepPlan } from "../../model/job-plan.ts";
import { packTar } from "../../system/tar.ts";
import type { Engine, ImageObserver, JobSandbox, RunningService, SourceArchive, StepContainer } from "../engine.ts";
import { imagePlan, jobPlan, servicePlan, stepPlan } from "./contract-job.ts";
import { type ContractProgram, MISSING_PROGRAM, PORT, PROGRAMS } from "./programs.ts";
import { RecordedOutput } from "./recorded-output.ts";

/** What the contract needs of an engine under test. */
export interface ContractHarness {
  open(): Promise<Engine>;
  /** A local image with a shell and the tools of busybox. */
  readonly image: string;
  /** An image that is neither here nor in any registry. */
  readonly missingImage: string;
  toCommand(program: ContractProgram): readonly string[];
  toScript(program: ContractProgram): string;
}

/** What holds for every engine, whatever it is made of. */
export function describeEngineContract(name: string, harness: ContractHarness): void {
  describe(`engine contract: ${name}`, () => {
    let engine: Engine;
    let runId = "";
    const never = new AbortController().signal;
    const observer: ImageObserver = { onPulling() {}, onProgress() {}, onRetry() {} };

    beforeAll(async () => {
      engine = await harness.open();
      await engine.fetchImage(imagePlan(harness.image, "never"), observer, never);
    });
    beforeEach(() => {
      runId = `c${process.hrtime.bigint().toString(36)}`;
    });
    afterAll(async () => {
      await engine[Symbol.asyncDispose]();
    });

    const service = (id: string, program: ContractProgram, change: Partial<ServicePlan> = {}): ServicePlan =>
      servicePlan(id, harness.image, { command: harness.toCommand(program), ...change });
    const step = (change: Partial<StepPlan> = {}): StepPlan => stepPlan(harness.image, change);
    const openJob = async (services: readonly ServicePlan[] = [], name = "job"): Promise<JobSandbox> =>
      await engine.openJob(jobPlan(runId, name, { services, steps: [step()] }), never);
    const start = async (
      sandbox: JobSandbox,
      plan: ServicePlan,
    ): Promise<{ readonly running: RunningService; readonly log: RecordedOutput }> => {
      const log = new RecordedOutput();
      return { running: await sandbox.startService(plan, log.sink, never), log };
    };
    const run = async (
      container: StepContainer,
      program: ContractProgram,
    ): Promise<{ readonly exitCode: number | undefined; readonly output: RecordedOutput }> => {
      const output = new RecordedOutput();
      const { exitCode } = await container.run(harness.toScript(program), output.sink, never);
      return { exitCode, output };
    };
    const ours = async (): Promise<number> =>
      (await engine.findObjects(never)).filter((object) => object.runId === runId).length;

    test("it says who it is", async () => {
      const description = await engine.describe(never);
      expect(description.product).toMatch(/\w/);
      expect(description.cpus).toBeGreaterThan(0);
    });

    describe("images", () => {
      test("a local image serves without a pull", async () => {
        const told: string[] = [];
        const fetched = await engine.fetchImage(
          imagePlan(harness.image),
          { ...observer, onPulling: (image) => told.push(image) },
          never,
        );
        expect({ how: fetched.how, bytes: fetched.pulledBytes, told }).toEqual({ how: "local", bytes: 0, told: [] });
      });

      test("an image that is not there and must not be pulled is an error (GS-614)", async () => {
        const fetching = engine.fetchImage(imagePlan(harness.missingImage, "never"), observer, never);
        await expect(fetching).rejects.toMatchObject({ code: "image_not_local" });
      });

      test("the next policy is tried after one that failed, and that is told (GS-615)", async () => {
        const retries: string[] = [];
        const fetching = engine.fetchImage(
          imagePlan(harness.missingImage, "never", "never"),
          { ...observer, onRetry: (_, reason) => retries.push(reason) },
          never,
        );
        await expect(fetching).rejects.toMatchObject({ code: "image_not_local" });
        expect(retries).toEqual([expect.stringContaining('"never"')]);
      });

      test("a digest that cannot exist is refused before a pull (GS-206)", async () => {
        const plan = imagePlan(`${harness.image.split(":")[0] ?? ""}@sha256:${"a".repeat(40)}`);
        await expect(engine.fetchImage(plan, observer, never)).rejects.toMatchObject({ code: "image_invalid" });
      });
    });

    describe("services", () => {
      test("every byte of the log is there when its end is known, with the exit code", async () => {
        await using sandbox = await openJob();
        const { running, log } = await start(sandbox, service("db", PROGRAMS.speaks));
        expect(await running.ended).toEqual({ exitCode: 4, oomKilled: false });
        expect({ stdout: log.stdout, stderr: log.stderr }).toEqual({ stdout: "one\ntwo\n", stderr: "three\n" });
        expect(running.address).toBeUndefined();
      });

      test("a program that is missing is an end with the engine's words, not a failure to start", async () => {
        await using sandbox = await openJob();
        const { running } = await start(sandbox, servicePlan("db", harness.image, { command: [MISSING_PROGRAM] }));
        expect(await running.ended).toMatchObject({ exitCode: 127, error: expect.stringContaining(MISSING_PROGRAM) });
      });

      test("it gets its own environment and says all of it", async () => {
        await using sandbox = await openJob();
        const env = new Map([["GREETING", "hello $HOME 'x' \"y\""]]);
        const { running, log } = await start(sandbox, service("db", PROGRAMS.printsVariable, { env }));
        await running.ended;
        expect(log.stdout).toBe("hello $HOME 'x' \"y\"\n");
        expect(running.env.get("GREETING")).toBe("hello $HOME 'x' \"y\"");
      });

      test("a port that listens accepts, others refuse", async () => {
        await using sandbox = await openJob();
        const { running } = await start(sandbox, service("db", PROGRAMS.listens));
        await expect.poll(() => running.dial(PORT, never), { timeout: 20_000 }).toEqual({ kind: "accepted" });
        expect(await running.dial(PORT + 1, never)).toEqual({ kind: "refused" });
      });

      test("a port that listens on the service's own loopback refuses", async () => {
        await using sandbox = await openJob();
        const { running, log } = await start(sandbox, service("db", PROGRAMS.listensToItself));
        await log.until("up");
        expect(await running.dial(PORT, never)).toEqual({ kind: "refused" });
      });

      test("a port of a service that has ended refuses", async () => {
        await using sandbox = await openJob();
        const { running } = await start(sandbox, service("db", PROGRAMS.speaks));
        await running.ended;
        expect(await running.dial(PORT, never)).toEqual({ kind: "refused" });
      });

      test("a command runs inside it; one that is missing is no failure, nor is a container that has ended", async () => {
        await using sandbox = await openJob();
        const { running, log } = await start(sandbox, service("db", PROGRAMS.listens));
        await log.until("up");
        expect(await running.exec(["cat", "/etc/passwd"], never)).toMatchObject({
          kind: "ended",
          exitCode: 0,
          stdout: expect.stringContaining("root:x:0:0"),
        });
        expect(await running.exec([MISSING_PROGRAM], never)).toMatchObject({ kind: "not_run" });
        await running.stop(0);
        expect(await running.exec(["cat", "/etc/passwd"], never)).toMatchObject({ kind: "not_run" });
      });

      test("stopping asks first, and its last words are in the log", async () => {
        await using sandbox = await openJob();
        const { running, log } = await start(sandbox, service("db", PROGRAMS.listens));
        await log.until("up");
        await running.stop(10_000);
        expect(await running.ended).toMatchObject({ exitCode: 5 });
        expect(log.stdout).toBe("up\nbye\n");
      });

      test("one that does not listen to TERM is killed after its grace", async () => {
        await using sandbox = await openJob();
        const { running, log } = await start(sandbox, service("db", PROGRAMS.ignoresTerm));
        await log.until("up");
        await running.stop(100);
        expect(await running.ended).toMatchObject({ exitCode: 137 });
      });

      test("a second stop with less grace hurries the first", async () => {
        await using sandbox = await openJob();
        const { running, log } = await start(sandbox, service("db", PROGRAMS.ignoresTerm));
        await log.until("up");
        const patient = running.stop(600_000);
        await Promise.all([patient, running.stop(50)]);
        expect(await running.ended).toMatchObject({ exitCode: 137 });
      });
    });

    describe("the network", () => {
      test("services and the job reach each other by every name (GS-413, GS-414)", async () => {
        await using sandbox = await openJob();
        await start(sandbox, service("db", PROGRAMS.waits, { hostNames: ["db", "db-alias"] }));
        const other = await start(sandbox, service("other", PROGRAMS.listens));
        await other.log.until("up");
        const container = await sandbox.openStep(step(), never);
        const { output } = await run(container, PROGRAMS.seesAll);
        expect(output.lines).toEqual(["db", "db-alias", "other", "build"]);
        const { running, log } = await start(sandbox, service("third", PROGRAMS.seesAll));
        await running.ended;
        expect(log.lines).toEqual(["db", "db-alias", "other"]);
      });

      test("a host name is looked up from inside", async () => {
        await using sandbox = await openJob();
        const { running } = await start(sandbox, service("db", PROGRAMS.waits, { hostNames: ["db", "db-alias"] }));
        expect(await sandbox.resolveHost("db-alias", never)).toEqual([running.address]);
        expect(await sandbox.resolveHost("nobody-has-this-name", never)).toEqual([]);
      });

      test("two jobs at the same time do not see each other, though their services have the same names", async () => {
        const names = ["one", "two", "three"];
        const sandboxes = await Promise.all(names.map((name) => openJob([], name)));
        try {
          const started = await Promise.all(sandboxes.map((sandbox) => start(sandbox, service("db", PROGRAMS.waits))));
          const found = await Promise.all(sandboxes.map((sandbox) => sandbox.resolveHost("db", never)));
          expect(found).toEqual(started.map(({ running }) => [running.address]));
        } finally {
          await Promise.all(sandboxes.map((sandbox) => sandbox.close(0)));
        }
      });
    });

    describe("steps", () => {
      test("the script comes by standard input; output and exit code come out", async () => {
        await using sandbox = await openJob();
        const { exitCode, output } = await run(await sandbox.openStep(step(), never), PROGRAMS.speaks);
        expect({ exitCode, stdout: output.stdout, stderr: output.stderr }).toEqual({
          exitCode: 4,
          stdout: "one\ntwo\n",
          stderr: "three\n",
        });
      });

      test("run again, it is the same container: files stay (GS-841)", async () => {
        await using sandbox = await openJob();
        const container = await sandbox.openStep(step(), never);
        expect((await run(container, PROGRAMS.findsFile)).exitCode).toBe(1);
        expect((await run(container, PROGRAMS.leavesFile)).exitCode).toBe(0);
        expect((await run(container, PROGRAMS.findsFile)).exitCode).toBe(0);
      });

      test("without scripts it runs its own command", async () => {
        await using sandbox = await openJob();
        const plan = step({ scripts: [], command: harness.toCommand(PROGRAMS.speaks) });
        const container = await sandbox.openStep(plan, never);
        const output = new RecordedOutput();
        expect(await container.run(undefined, output.sink, never)).toEqual({ exitCode: 4, oomKilled: false });
        expect(output.stdout).toBe("one\ntwo\n");
      });

      test("a slow reader gets everything", async () => {
        await using sandbox = await openJob();
        const container = await sandbox.openStep(step(), never);
        let bytes = 0;
        let isBusy = false;
        const { exitCode } = await container.run(
          harness.toScript(PROGRAMS.floods),
          async (_, chunk) => {
            expect(isBusy).toBe(false);
            isBusy = true;
            await new Promise((resolve) => setImmediate(resolve));
            bytes += chunk.length;
            isBusy = false;
          },
          never,
        );
        expect({ exitCode, bytes }).toEqual({ exitCode: 0, bytes: 2_000_000 + "end\n".length });
      });

      test("stopping ends a script that waits for its child", async () => {
        await using sandbox = await openJob();
        const container = await sandbox.openStep(step(), never);
        const output = new RecordedOutput();
        const running = container.run(harness.toScript(PROGRAMS.sleeps), output.sink, never);
        await output.until("up");
        await container.stop(20_000);
        // TERM reached the sleeping child: nobody had to be killed.
        expect((await running).exitCode).not.toBe(137);
      });

      test("an abort ends the wait with its reason, and the container is still there to be stopped", async () => {
        await using sandbox = await openJob();
        const container = await sandbox.openStep(step(), never);
        const output = new RecordedOutput();
        const abort = new AbortController();
        const running = container.run(harness.toScript(PROGRAMS.sleeps), output.sink, abort.signal);
        await output.until("up");
        const reason = new Error("enough");
        abort.abort(reason);
        await expect(running).rejects.toBe(reason);
        await container.stop(0);
      });
    });

    describe("sources", () => {
      const sources: SourceArchive = {
        open: () =>
          packTar([
            { type: "directory", path: "sub/", mode: 0o777, modifiedAtMs: 0 },
            { type: "file", path: "source", mode: 0o666, modifiedAtMs: 0, sizeBytes: 2, content: Buffer.from("a\n") },
            { type: "file", path: "sub/more", mode: 0o666, modifiedAtMs: 0, sizeBytes: 0, content: Buffer.from("") },
          ]),
      };

      test("replace what a service wrote before them (GS-709)", async () => {
        await using sandbox = await openJob();
        const { log } = await start(sandbox, service("db", PROGRAMS.writesToSources));
        await log.until("up");
        const container = await sandbox.openStep(step(), never);
        await sandbox.putSources(sources, never);
        expect((await run(container, PROGRAMS.listsSources)).output.lines).toEqual(["source", "sub/more"]);
      });

      test("leave what a service writes after them (GS-709)", async () => {
        await using sandbox = await openJob();
        const { log } = await start(sandbox, service("db", PROGRAMS.writesLate));
        const container = await sandbox.openStep(step(), never);
        await sandbox.putSources(sources, never);
        await log.until("done");
        expect((await run(container, PROGRAMS.listsSources)).output.lines).toEqual(["late", "source", "sub/more"]);
      });

      test("may come before the services, which then see them", async () => {
        await using sandbox = await openJob();
        await sandbox.openStep(step(), never);
        await sandbox.putSources(sources, never);
        const { running, log } = await start(sandbox, service("db", PROGRAMS.listsSources));
        await running.ended;
        expect(log.lines).toEqual(["source", "sub/more"]);
      });

      test("a source that breaks off is that error", async () => {
        await using sandbox = await openJob();
        await sandbox.openStep(step(), never);
        const broken: SourceArchive = {
          open: async function* () {
            yield new Uint8Array(512);
            throw new Error("the disk went away");
          },
        };
        await expect(sandbox.putSources(broken, never)).rejects.toThrow("the disk went away");
      });
    });

    describe("the end", () => {
      test("closing removes everything, tells how much, and may be asked again", async () => {
        const sandbox = await openJob();
        await start(sandbox, service("db", PROGRAMS.listens));
        await start(sandbox, service("other", PROGRAMS.speaks));
        await sandbox.openStep(step(), never);
        expect(await ours()).toBe(5);
        const counts = await sandbox.close(10_000);
        expect(counts).toEqual({ containers: 3, networks: 1, volumes: 1 });
        expect(await sandbox.close(0)).toEqual(counts);
        expect(await ours()).toBe(0);
      });

      test("closing again with less grace hurries the first", async () => {
        const sandbox = await openJob();
        const { log } = await start(sandbox, service("db", PROGRAMS.ignoresTerm));
        await log.until("up");
        const closing = sandbox.close(600_000);
        expect(await sandbox.close(50)).toEqual(await closing);
        expect(await ours()).toBe(0);
      });

      test("closing while a service starts waits for it and leaves nothing", async () => {
        const sandbox = await openJob();
        const abort = new AbortController();
        const starting = sandbox.startService(service("db", PROGRAMS.waits), () => undefined, abort.signal);
        const reason = new Error("canceled");
        abort.abort(reason);
        await expect(starting).rejects.toBe(reason);
        await sandbox.close(0);
        expect(await ours()).toBe(0);
      });

      test("a job that is canceled before it opens leaves nothing", async () => {
        const reason = new Error("canceled");
        const opening = engine.openJob(
          jobPlan(runId, "job", { services: [], steps: [step()] }),
          AbortSignal.abort(reason),
        );
        await expect(opening).rejects.toBe(reason);
        expect(await ours()).toBe(0);
      });

      test("what nobody closed is found by its labels and removed", async () => {
        const sandbox = await openJob([], "left");
        await start(sandbox, service("db", PROGRAMS.waits));
        const found = (await engine.findObjects(never)).filter((object) => object.runId === runId);
        expect(found.map(({ kind, job }) => `${kind} of ${job}`).sort()).toEqual([
          "container of left",
          "network of left",
          "volume of left",
        ]);
        expect(await engine.removeObjects(found, never)).toEqual({ containers: 1, networks: 1, volumes: 1 });
        expect(await engine.removeObjects(found, never)).toEqual({ containers: 0, networks: 0, volumes: 0 });
        expect(await sandbox.close(0)).toMatchObject({ networks: expect.any(Number) });
        expect(await ours()).toBe(0);
      });
    });
  });
}
