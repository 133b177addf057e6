import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/events/run-event.ts";
import { CliProject, type CliResult, eventOf, jobOutput } from "./cli-project.ts";
import { leftBy } from "./test-engine.ts";

type Finished = Extract<RunEvent, { type: "job.finished" }>;

function finishedOf(result: CliResult, job: string): readonly Finished[] {
  return result.events.filter((event): event is Finished => event.type === "job.finished" && event.job === job);
}

const STRANGE = 'strange / name: [x] "q" $HOME é 日本';

/** One pipeline that proves many things: two stages of all kinds of ends, and a third that looks at them. */
const PIPELINE = `
default: {image: busybox}
stages: [one, two, three]
words:
  stage: one
  script: [pwd, 'echo "$CI_PROJECT_DIR"', export X=1, 'printf "no newline"']
  after_script: ['echo "status=$CI_JOB_STATUS x=$X"', exit 3, echo never]
broken after: {stage: one, script: [exit 4], after_script: ['echo "status=$CI_JOB_STATUS"'], allow_failure: true}
allowed code: {stage: one, script: [exit 7, echo never], allow_failure: {exit_codes: [6, 7]}}
input: {stage: one, script: [cat, "read x || echo nothing to read"]}
background: {stage: one, script: ["sleep 300 &", echo started]}
bytes: {stage: one, script: ["printf '\\\\377\\\\000\\\\033]52;c;aGk=\\\\007shown\\\\n'"]}
${JSON.stringify(STRANGE)}: {stage: one, script: ['echo "$CI_JOB_NAME"']}
no shell output: {stage: one, script: ["true"]}
git:
  stage: one
  image: ruby:2.6
  script: [git log --format=%s, git status --porcelain, 'test "$(git rev-parse HEAD)" = "$CI_COMMIT_SHA"', 'echo "$CI_COMMIT_BRANCH $CI_COMMIT_TITLE"']
lesser user:
  stage: one
  image: {name: busybox, docker: {user: "1000:1000"}}
  script: [id -u, echo new > written.txt, echo more >> .gitlab-ci.yml, mkdir folder]
wrong code: {stage: two, script: [exit 8], allow_failure: {exit_codes: [6, 7]}}
needed: {stage: three, needs: [words], script: [echo early]}
rescue: {stage: three, script: [echo rescued], when: on_failure}
always: {stage: three, script: [echo always], when: always}
by hand: {stage: three, script: [echo by hand], when: manual}
never: {stage: three, script: [echo never], when: never}
skipped: {stage: three, script: [echo never]}
`;

describe("a pipeline of many ends", () => {
  const project = new CliProject({ ".gitlab-ci.yml": PIPELINE });
  let result: CliResult;
  beforeAll(async () => {
    result = await project.run();
  });
  afterAll(() => project[Symbol.dispose]());

  test.each([
    ["words", "passed", 0],
    ["broken after", "failed", 4, "allowed"],
    ["allowed code", "failed", 7, "allowed"],
    ["input", "passed", 0],
    ["background", "passed", 0],
    ["bytes", "passed", 0],
    [STRANGE, "passed", 0],
    ["no shell output", "passed", 0],
    ["git", "passed", 0],
    ["lesser user", "passed", 0],
    ["wrong code", "failed", 8],
    ["needed", "passed", 0],
    ["rescue", "passed", 0],
    ["always", "passed", 0],
    ["by hand", "manual", null],
    ["skipped", "skipped", null],
  ] as const)("%s: %s with %j", (job, state, exitCode, allowed?: string) => {
    expect(finishedOf(result, job)).toMatchObject([{ state, exitCode, allowed: allowed !== undefined }]);
  });

  test.each([
    ["words", ["/builds/local/project", "/builds/local/project", "no newline", "status=success x="]],
    ["broken after", ["status=failed"]],
    ["allowed code", []],
    ["input", ["nothing to read"]],
    ["background", ["started"]],
    ["bytes", ["\uFFFD\0\u001b]52;c;aGk=\u0007shown"]],
    [STRANGE, [STRANGE]],
    ["git", ["first", "main first"]],
    ["lesser user", ["1000"]],
    ["needed", ["early"]],
    ["rescue", ["rescued"]],
    ["never", []],
  ])("%s prints what its script prints", (job, lines) => {
    expect(jobOutput(result, job)).toEqual(lines);
  });

  test("a failing after_script only warns (GS-853)", () => {
    const warnings = result.events.flatMap((event) =>
      event.type === "run.note" ? [`${event.job}: ${event.text}`] : [],
    );
    expect(warnings).toEqual(["words: after_script failed, but job will continue unaffected: exit code 3"]);
  });

  test("a job with needs starts before the stage between (GY-203)", () => {
    const started = result.events.flatMap((event) => (event.type === "job.started" ? [event.job] : []));
    expect(started.indexOf("needed")).toBeLessThan(started.indexOf("wrong code"));
    expect(started.indexOf("always")).toBeGreaterThan(started.indexOf("wrong code"));
  });

  test("the first failure that is not allowed decides the exit code and the cause", async () => {
    expect(result.exitCode).toBe(1);
    const { cause } = eventOf(result, "run.finished");
    expect(cause).toMatchObject({ kind: "script_failed", job: "wrong code", at: { file: ".gitlab-ci.yml", line: 23 } });
    expect(await leftBy(result)).toEqual([]);
    expect(eventOf(result, "run.cleaned").problems).toEqual([]);
  });

  test("the person's work tree stays as it was", () => {
    expect(project.read(".gitlab-ci.yml")).toBe(PIPELINE);
  });

  test("logs are kept by run, job and in order, also for a name of strange characters", async () => {
    const { run } = eventOf(result, "run.started");
    const one = await project.call(["logs", run.slice(0, 5), STRANGE]);
    expect(one).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`\n${STRANGE}\n`) });
    const all = await project.call(["logs", run]);
    expect(all.stdout).toContain("git | main first\n");
    expect((await project.call(["logs", run, "bytes"])).stdout).toMatch(/^\uFFFD.?shown$/m);
    expect((await project.call(["logs"])).stdout).toMatch(new RegExp(`^${run} .*failed `));
  });
});

describe("a few jobs of their own", () => {
  const project = new CliProject({
    ".gitlab-ci.yml": `
default: {image: busybox}
again:
  script: ['echo "try"', exit 5]
  retry: {max: 2, exit_codes: [5]}
once: {script: [exit 5], retry: {max: 2, when: runner_system_failure}}
slow: {script: [echo on, sleep 60, echo never], after_script: [echo $CI_JOB_STATUS afterwards], timeout: 2 seconds}
slow but allowed: {script: [sleep 60], timeout: 1 second, allow_failure: true}
much: {script: ["head -c 52428800 /dev/zero | tr '\\\\0' x | fold -w 1000", echo end]}
by hand: {script: [echo by hand], when: manual}
test: {script: [echo the job], needs: []}
`,
  });
  afterAll(() => project[Symbol.dispose]());

  test("retry counts its attempts, every one is told, and the last decides (GY-232)", async () => {
    const result = await project.run(["again"]);
    expect(result.exitCode).toBe(1);
    const finished = finishedOf(result, "again").map(({ attempt, willRetry, exitCode }) => ({
      attempt,
      willRetry,
      exitCode,
    }));
    expect(finished).toEqual([
      { attempt: 1, willRetry: true, exitCode: 5 },
      { attempt: 2, willRetry: true, exitCode: 5 },
      { attempt: 3, willRetry: false, exitCode: 5 },
    ]);
    expect(jobOutput(result)).toEqual(["try", "try", "try"]);
    expect(eventOf(result, "run.cleaned")).toMatchObject({ containers: 3, networks: 3, volumes: 3 });
  });

  test("retry:when leaves other failures alone", async () => {
    expect(finishedOf(await project.run(["once"]), "once")).toHaveLength(1);
  });

  test("a job that takes too long ends with 124, and its after_script runs (GY-129)", async () => {
    const result = await project.run(["slow"]);
    expect(result.exitCode).toBe(124);
    expect(jobOutput(result)).toContain("failed afterwards");
    expect(jobOutput(result)).not.toContain("never");
    expect(eventOf(result, "job.finished")).toMatchObject({ state: "timed_out", exitCode: null });
    expect(eventOf(result, "run.finished").cause).toMatchObject({
      kind: "job_timed_out",
      text: "job slow took longer than 2 s",
    });
    expect(await leftBy(result)).toEqual([]);
    expect((await project.run(["slow but allowed"])).exitCode).toBe(0);
  });

  test("50 MB of output arrive whole", async () => {
    const result = await project.run(["much"]);
    const lines = jobOutput(result);
    expect(lines.length).toBe(52_429 + 1);
    expect(lines.at(-1)).toBe("end");
    expect(lines.every((line, n) => n >= 52_428 || line.length === 1000)).toBe(true);
  });

  test("a manual job runs when it is asked for by name (GY-194)", async () => {
    expect(jobOutput(await project.run(["by hand"]))).toEqual(["by hand"]);
  });

  test("--jobs 1 runs one job at a time", async () => {
    const { events } = await project.run(["--jobs", "1", "test", "by hand", "once"]);
    const order = events.flatMap((event) =>
      event.type === "job.started" || event.type === "job.finished" ? [event.type] : [],
    );
    const pair = ["job.started", "job.finished"];
    expect(order).toEqual([...pair, ...pair, ...pair]);
  });

  test("the word behind --json is a job; a file goes with an equals sign, and stdout stays the job's", async () => {
    const piped = await project.call(["run", "--json", "test"]);
    expect(jobOutput(piped, "test")).toEqual(["the job"]);
    const filed = await project.call(["run", "--json=events.ndjson", "test"]);
    expect(filed.stdout).toBe("test | $ echo the job\ntest | the job\n");
    const events = project
      .read("events.ndjson")
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(events).toMatchObject(events.map((_, index) => ({ v: 1, seq: index + 1 })));
    expect(events.at(-1)).toMatchObject({ type: "run.finished", state: "passed", exitCode: 0 });
  });
});
