import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FakeProgram } from "../src/engines/fake/fake-world.ts";
import { KeptFilesError } from "../src/model/kept-files-error.ts";
import type { ScheduledChild, ScheduledJob } from "../src/model/run-plan.ts";
import { systemClock } from "../src/system/clock.ts";
import { currentOwner } from "../src/system/owner.ts";
import { openResourceLocks } from "../src/system/resource-locks.ts";
import {
  artifacts,
  at,
  forever,
  job,
  notes,
  type Programs,
  runFake,
  SOURCES,
  states,
  type Told,
} from "./fake-pipeline.ts";
import { eventsOf, outputOf, type PlanRun, type ScheduledOptions } from "./run-plan.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "outrigger-pipeline-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function run(jobs: readonly ScheduledJob[], programs: Programs = {}, options: ScheduledOptions = {}): Promise<PlanRun> {
  return runFake(root, jobs, programs, options);
}

describe("a script with a time limit of its own (GS-852)", () => {
  const limited = (name: string, value: string): ScheduledJob =>
    job("slow", {
      step: {
        env: new Map([[name, value]]),
        scripts: [
          { kind: "main", commands: ["work"] },
          { kind: "after", commands: ["tidy up"] },
        ],
      },
    });

  test("ends its job, whose after_script runs all the same and is told why", async () => {
    const after: FakeProgram = async (process) => {
      await process.print("tidied\n");
      return 0;
    };
    const ended = await run([limited("RUNNER_SCRIPT_TIMEOUT", "20ms")], { slow: forever, "slow after": after });
    expect(states(ended)).toEqual({ slow: "timed_out" });
    expect(eventsOf(ended, "job.finished")[0]?.scriptMs).toBeGreaterThan(0);
    expect(outputOf(ended, "slow")).toContain("tidied");
    expect(ended.result.cause?.text).toBe("the script of job slow took longer than 0.02 s (RUNNER_SCRIPT_TIMEOUT)");
  });

  test("holds for after_script too, and that fails no job", async () => {
    const ended = await run([limited("RUNNER_AFTER_SCRIPT_TIMEOUT", "20ms")], { "slow after": forever });
    expect(states(ended)).toEqual({ slow: "passed" });
    expect(notes(ended)).toEqual(["after_script failed, but job will continue unaffected: timed out after 0.02 s"]);
  });

  test("counts back from the job's own when it is below zero; what is none is told and ignored", async () => {
    const back = limited("RUNNER_SCRIPT_TIMEOUT", "-59m59.98s");
    expect(states(await run([back], { slow: forever }))).toEqual({ slow: "timed_out" });
    const odd = await run([limited("RUNNER_SCRIPT_TIMEOUT", "soon")]);
    expect(states(odd)).toEqual({ slow: "passed" });
    expect(notes(odd)).toEqual(['RUNNER_SCRIPT_TIMEOUT "soon" is ignored: expected a duration like "90s" or "1h30m"']);
  });
});

describe("reports", () => {
  test("are kept for people by their kinds, whatever the job came to, and not for later jobs (GY-216, GY-217)", async () => {
    const reports = [
      { kind: "codequality", paths: ["quality.json"], at },
      { kind: "sast", paths: ["none-*.json"], at },
    ];
    const check = job("check", { plan: { artifacts: artifacts({ reports }) } });
    const ended = await run([check, job("later", { after: ["check"], job: { when: "always" } })], {
      check: async (process) => {
        process.files.write(`${SOURCES}/quality.json`, "[]");
        return 1;
      },
      later: async (process) => Number(process.files.has(`${SOURCES}/quality.json`)),
    });
    expect(states(ended)).toEqual({ check: "failed", later: "passed" });
    expect(readFileSync(join(root, ".outrigger/reports/check/codequality/quality.json"), "utf8")).toBe("[]");
    expect(notes(ended)).toEqual([
      '"none-*.json" fits no file; paths are relative to the project\'s folder',
      "reports are kept in .outrigger/reports/check and not read: codequality",
    ]);
  });
});

describe("reports that are read", () => {
  const reports = [
    { kind: "junit", paths: ["*.xml"], at },
    { kind: "dotenv", paths: ["out.env"], at },
  ];
  const check = job("check", { plan: { artifacts: artifacts({ reports }) } });
  const program: FakeProgram = async (process) => {
    process.files.write(`${SOURCES}/r.xml`, '<testcase name="a"/><testcase name="b"><failure/></testcase>');
    process.files.write(`${SOURCES}/out.env`, "TAG=v1\n");
    return 0;
  };
  const reportedTo = async (): Promise<readonly unknown[]> => {
    const given: unknown[] = [];
    const later = job("later", { after: ["check"], job: { awaitsReports: true } });
    const ended = await run(
      [check, later],
      { check: program },
      {
        planAgain: async (_, variables) => {
          given.push(Object.fromEntries(variables));
          return undefined;
        },
      },
    );
    const [tests] = eventsOf(ended, "tests.reported").map(({ total, failed }) => `${failed} of ${total}`);
    return [...given, tests, ...notes(ended)];
  };

  test("are kept as they go by (GY-215, GY-216)", async () => {
    expect(await reportedTo()).toEqual([{ TAG: "v1" }, "1 of 2"]);
    expect(readFileSync(join(root, ".outrigger/reports/check/dotenv/out.env"), "utf8")).toBe("TAG=v1\n");
    expect(readFileSync(join(root, ".outrigger/reports/check/junit/r.xml"), "utf8")).toContain("testcase");
  });

  test("count although they cannot be kept", async () => {
    writeFileSync(join(root, ".outrigger"), "no folder");
    const [variables, tests, note] = await reportedTo();
    expect([variables, tests]).toEqual([{ TAG: "v1" }, "1 of 2"]);
    expect(note).toMatch(/^reports are not kept: /);
  });
});

describe("a resource group that another run has (GY-235)", () => {
  const lockOptions = { projectFolder: "/project", owner: currentOwner(), clock: systemClock };

  test("keeps its jobs waiting, which take no place of others, until it is given back", async () => {
    const folder = join(root, "locks");
    const other = openResourceLocks({ ...lockOptions, folder, runId: "other" });
    const release = await other.acquire("g", 60_000, () => undefined, new AbortController().signal);
    const waits = Promise.withResolvers<void>();
    const free = async (): Promise<number> => {
      await waits.promise;
      await release?.();
      return 0;
    };
    const ended = await run(
      [job("guarded", { plan: { resourceGroup: "g" } }), job("free")],
      { free },
      {
        maxParallelJobs: 1,
        locks: openResourceLocks({ ...lockOptions, folder, runId: "this" }),
        onEvent: (event) => {
          if (event.type === "run.note") waits.resolve();
        },
      },
    );
    expect(eventsOf(ended, "job.started").map((event) => event.job)).toEqual(["free", "guarded"]);
    expect(notes(ended)).toEqual([`waits for the resource group "g", which run other (process ${process.pid}) has`]);
    expect(ended.result.state).toBe("passed");
  });

  test("is held by a job that starts a pipeline until that has ended, when it waits for it", async () => {
    const acquired: string[] = [];
    const given: string[] = [];
    const locks: ScheduledOptions["locks"] = {
      acquire: async (group) => {
        acquired.push(group);
        return async () => void given.push(group);
      },
    };
    const child = (name: string): ScheduledJob[] => [
      job(name, { plan: { resourceGroup: "g" }, job: { child: { waits: true } } }),
      job(`${name}/J`, { job: { parent: name } }),
    ];
    const ended = await run([...child("one"), ...child("two")], {}, { locks });
    expect(eventsOf(ended, "job.finished").map((event) => event.job)).toEqual(["one/J", "one", "two/J", "two"]);
    expect([acquired, given]).toEqual([
      ["g", "g"],
      ["g", "g"],
    ]);
  });

  test("lets a run that is stopped meanwhile end", async () => {
    const folder = join(root, "locks");
    const other = openResourceLocks({ ...lockOptions, folder, runId: "other" });
    await other.acquire("g", 60_000, () => undefined, new AbortController().signal);
    const ended = await run(
      [job("guarded", { plan: { resourceGroup: "g" } }), job("failing")],
      { failing: async () => 1 },
      { cancelOnFailure: true, locks: openResourceLocks({ ...lockOptions, folder, runId: "this" }) },
    );
    expect(states(ended)).toEqual({ guarded: "canceled", failing: "failed" });
  });
});

describe("a child pipeline (GY-239, GY-240)", () => {
  const bridge = (child: ScheduledChild, told: Told = {}): ScheduledJob =>
    job("B", { ...told, job: { child, ...told.job } });

  test("that cannot be made fails its job, as far as that is not allowed, and nothing else", async () => {
    const problem = { text: "Local file `no.yml` does not exist!", at };
    const ended = await run([
      bridge({ waits: false, problem }),
      job("beside"),
      job("later", { after: ["B"] }),
      job("mourner", { after: ["B"], job: { when: "on_failure" } }),
    ]);
    expect(states(ended)).toEqual({ B: "failed", beside: "passed", later: "skipped", mourner: "passed" });
    expect(ended.result).toMatchObject({ decidedBy: "failed", cause: { kind: "child_pipeline_invalid", at } });
    const allowed = await run([bridge({ waits: false, problem }, { plan: { allowFailure: true } })]);
    expect(allowed.result.state).toBe("passed");
  });

  test("of files that a job makes joins the run when it starts, and its failure is the job's that waits", async () => {
    const made = job("gen", { plan: { artifacts: artifacts({ paths: ["c.yml"] }) } });
    const late = { files: [{ job: "gen", path: "c.yml" }] };
    const read: (string | undefined)[] = [];
    const ended = await run(
      [made, bridge({ waits: true, late }, { after: ["gen"] }), job("end", { after: ["B"] })],
      {
        gen: async (process) => {
          process.files.write(`${SOURCES}/c.yml`, "the file");
          return 0;
        },
        inner: async () => 3,
      },
      {
        planChildren: async (_, { readArtifact }) => {
          read.push(await readArtifact("gen", "./c.yml"), await readArtifact("gen", "other.yml"));
          return [{ ...job("B/J", { step: { id: "inner" } }), parent: "B" }];
        },
      },
    );
    expect(read).toEqual(["the file", undefined]);
    expect(states(ended)).toEqual({ gen: "passed", "B/J": "failed", B: "failed", end: "skipped" });
    expect(eventsOf(ended, "run.extended")).toMatchObject([{ parent: "B", jobs: [{ name: "B/J" }] }]);
    expect(ended.result.cause?.text).toContain("B/J");
  });

  test("that what earlier jobs left does not make fails its job with the reason", async () => {
    const ended = await run(
      [bridge({ waits: true, late: { files: [] } })],
      {},
      {
        planChildren: async () => {
          throw new KeptFilesError("child_pipeline_invalid", "no such file");
        },
      },
    );
    expect(states(ended)).toEqual({ B: "failed" });
    expect(ended.result.cause?.text).toBe("no such file");
  });
});
