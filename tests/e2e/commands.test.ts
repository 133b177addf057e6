import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { CliProject, jobOutput } from "./cli-project.ts";

const PIPELINE = `stages: [build, test]
variables: {SHARED: "1"}
compile: {stage: build, image: busybox, script: [echo x]}
unit:
  stage: test
  image: ruby:2.6
  variables: {OWN: $SHARED-own}
  services:
    - name: postgres:16
      alias: db,main
      entrypoint: [docker-entrypoint.sh]
      command: [postgres, -c, fsync=off]
      pull_policy: [always, if-not-present]
      variables: {POSTGRES_PASSWORD: p}
    - redis:7
  script: [echo x]
early: {stage: test, image: busybox, needs: [compile], script: [echo x], id_tokens: {A: {aud: b}}, nonsense: 1}
`;

const project = new CliProject({
  ".gitlab-ci.yml": PIPELINE.replace(", nonsense: 1", ""),
  "bad.yml": PIPELINE,
  "other.yml": "only: {image: busybox, script: [echo by file]}\n",
  "silent.yml": "# outrigger: ignore deprecated-key\nimage: busybox\njob: {script: [x]}\n",
  "loud.yml": "job: {image: busybox, script: [x], needs: [none]} # outrigger: ignore undefined-need\n",
});
afterAll(() => project[Symbol.dispose]());

describe("outrigger lint --strict", () => {
  test("a warning makes the file invalid, a note does not (DR-34)", async () => {
    using warned = new CliProject({
      ".drone.yml": "pipeline: {a: {image: b}}\nservices: {c: {image: d, links: [e]}}\n",
    });
    using noted = new CliProject({ ".drone.yml": "pipeline: {a: {image: b}, clone: {image: c}}\n" });
    expect((await warned.call(["lint"])).exitCode).toBe(0);
    expect((await warned.call(["lint", "--strict"])).exitCode).toBe(2);
    expect((await noted.call(["lint", "--strict"])).exitCode).toBe(0);
  });
});

describe("outrigger lint --json", () => {
  test("a file with errors: one object, every problem with its place, exit 2", async () => {
    const { exitCode, stdout } = await project.call(["lint", "--json", "bad.yml"]);
    expect(exitCode).toBe(2);
    const { dialect, problems } = JSON.parse(stdout);
    expect(dialect).toBe("gitlab");
    expect(Object.keys(problems[0])).toEqual(
      expect.arrayContaining(["severity", "code", "message", "file", "line", "column", "path"]),
    );
    const error = problems.find((problem: { severity: string }) => problem.severity === "error");
    expect(error).toMatchObject({
      file: "bad.yml",
      line: 17,
      message: expect.stringContaining("nonsense"),
      code: expect.any(String),
    });
    expect(error.column).toBeGreaterThan(80);
    const note = problems.find((problem: { message: string }) => problem.message.includes("id_tokens is ignored"));
    expect(note).toMatchObject({ severity: "note", line: 17 });
  });

  test("a file without errors: exit 0; the file found by its usual name", async () => {
    const { exitCode, stdout } = await project.call(["lint", "--json"]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      dialect: "gitlab",
      problems: [{ severity: "note", file: ".gitlab-ci.yml" }],
    });
  });
});

describe("for other tools", () => {
  test("lint --format gitlab and sarif: the same findings, the same exit code, nothing else on stdout", async () => {
    const gitlab = await project.call(["lint", "--format", "gitlab", "bad.yml"]);
    const sarif = await project.call(["lint", "--format", "sarif", "bad.yml"]);
    expect([gitlab.exitCode, sarif.exitCode]).toEqual([2, 2]);
    const issues: readonly Record<string, unknown>[] = JSON.parse(gitlab.stdout);
    expect(issues).toContainEqual(expect.objectContaining({ check_name: "unknown-key", severity: "blocker" }));
    expect(JSON.parse(sarif.stdout).runs[0].results).toHaveLength(issues.length);
  });

  test("list --format mermaid and dot: the picture of the pipeline", async () => {
    const mermaid = await project.call(["list", "--format", "mermaid"]);
    expect(mermaid.stdout).toContain('subgraph s0["build"]');
    const dot = await project.call(["list", "--format", "dot"]);
    expect(dot.stdout).toMatch(/^digraph pipeline \{\n/);
    expect((await project.call(["list"])).stdout).toMatch(/\n\nbuild .*test\ncompile/);
  });

  test("a comment in the file silences a note; what it says of an error is told", async () => {
    const { stdout, stderr } = await project.call(["lint", "silent.yml"]);
    expect(stderr).toBe("");
    expect(stdout).toBe("silent.yml: 0 errors, 0 warnings, 0 notes\n");
    expect((await project.call(["lint", "loud.yml"])).stderr).toMatch(/\[undefined-need\][\s\S]*\[ignored-error\]/);
  });
});

test("outrigger explain --json: what would run, with everything resolved", async () => {
  const { exitCode, stdout } = await project.call(["explain", "--json", "--file", ".gitlab-ci.yml", "unit"]);
  expect(exitCode).toBe(0);
  const { dialect, jobs } = JSON.parse(stdout);
  expect(dialect).toBe("gitlab");
  expect(jobs).toMatchObject([
    {
      name: "unit",
      stage: "test",
      image: "ruby:2.6",
      network: "bridge",
      needs: ["compile"],
      variables: { SHARED: "1", OWN: "1-own", CI_JOB_NAME: "unit" },
      services: [
        {
          name: "db",
          image: "postgres:16",
          hostnames: ["postgres", "db", "main"],
          entrypoint: ["docker-entrypoint.sh"],
          command: ["postgres", "-c", "fsync=off"],
          pullPolicy: ["always", "if-not-present"],
          environment: { POSTGRES_PASSWORD: "p", OWN: "1-own" },
          file: ".gitlab-ci.yml",
          line: 9,
        },
        {
          name: "redis",
          hostnames: ["redis"],
          entrypoint: null,
          command: null,
          pullPolicy: ["if-not-present"],
          line: 15,
        },
      ],
    },
  ]);
  const all = JSON.parse((await project.call(["explain", "--json"])).stdout);
  expect(all.jobs.map((job: { name: string; needs: string[] }) => [job.name, job.needs])).toEqual([
    ["compile", []],
    ["unit", ["compile"]],
    ["early", ["compile"]],
  ]);
});

test("outrigger list and explain for people", async () => {
  const list = await project.call(["list"]);
  expect(list.exitCode).toBe(0);
  for (const word of ["compile", "unit", "early", "build", "test"]) expect(list.stdout).toContain(word);
  const explain = await project.call(["explain", "unit"]);
  expect(explain.stdout).toMatch(/db.*postgres:16|postgres:16[\s\S]*db/);
});

describe("the engine is not there", () => {
  const nowhere = { DOCKER_HOST: "unix:///nonexistent/docker.sock" };

  test.each([
    ["unix:///nonexistent/docker.sock", "/nonexistent/docker.sock"],
    ["tcp://127.0.0.1:1", "127.0.0.1:1"],
    ["nonsense://x", "nonsense"],
  ])("run with DOCKER_HOST=%s: exit 6, one cause, one next step, quickly", async (host, named) => {
    const startedAt = performance.now();
    const { exitCode, stderr, events } = await project.run(["compile"], { DOCKER_HOST: host });
    expect(exitCode).toBe(6);
    expect(events).toEqual([]);
    expect(stderr.match(/error: /g)).toHaveLength(1);
    expect(stderr).toContain(named);
    expect(stderr).toMatch(/^ {2}try: /m);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  test("what is wrong with the file is told first; what needs no engine asks for none", async () => {
    expect((await project.run(["--file", "bad.yml"], nowhere)).exitCode).toBe(2);
    for (const argv of [["list"], ["explain"], ["lint"], ["--help"], ["--version"], ["logs"]]) {
      expect((await project.call(argv, nowhere)).exitCode).toBe(0);
    }
  });

  test("doctor and gc say it: exit 6", async () => {
    const doctor = await project.call(["doctor"], nowhere);
    expect(doctor.exitCode).toBe(6);
    expect(doctor.stdout).toMatch(/^FAILED .*\/nonexistent\/docker\.sock[\s\S]*try: /m);
    expect((await project.call(["gc"], nowhere)).exitCode).toBe(6);
  });
});

test("doctor with an engine: what was found, exit 0", async () => {
  const { exitCode, stdout } = await project.call(["doctor"]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^ok +outrigger \d+\.\d+/m);
  expect(stdout).toMatch(/^ok +(docker|podman) [\d.]+ at /m);
  expect(stdout).not.toContain("FAILED");
});

test("a state folder that cannot be written: a note, and the run goes on", async () => {
  writeFileSync(join(project.folder, "file"), "");
  const result = await project.run(["compile"], { XDG_STATE_HOME: join(project.folder, "file") });
  expect(result.exitCode).toBe(0);
  const notes = result.events.flatMap((event) => (event.type === "run.note" ? [event.text] : []));
  expect(notes).toEqual([expect.stringContaining("logs are not kept")]);
});

test("the file may lie elsewhere; the folder it lies in is the project", async () => {
  mkdirSync(join(project.folder, "sub"), { recursive: true });
  const result = await project.runIn("sub", ["--file", "../other.yml"]);
  expect(jobOutput(result)).toEqual(["by file"]);
  expect(result.events[0]).toMatchObject({ file: "../other.yml" });
  rmSync(join(project.folder, "sub"), { recursive: true });
});
