import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CliProject, eventOf, jobOutput } from "./cli-project.ts";

const PIPELINE = `
default: {image: busybox}
stages: [one, two, three]
build:
  stage: one
  script:
    - mkdir -p out/sub && echo app > out/app && echo log > out/sub/x.log && echo junk > junk
    - chmod +x out/app && ln -s app out/link && ln out/app out/hard
  artifacts: {paths: [out/, "no/*", /etc/passwd], exclude: ["out/**/*.log"]}
failing:
  stage: one
  script: [echo why > why.txt, exit 3]
  allow_failure: true
  artifacts: {paths: [why.txt], when: on_failure}
quiet: {stage: one, script: [echo x > never.txt], artifacts: {paths: [never.txt], when: on_failure}}
middle:
  stage: two
  image: {name: busybox, docker: {user: "1000:1000"}}
  script: [./out/app 2>&1 || cat out/hard why.txt, find out | sort, test ! -e junk, test ! -e never.txt, echo more >> out/app, touch made]
  artifacts: {untracked: true, exclude: [out/**/*]}
last: {stage: three, dependencies: [middle], script: [ls]}
early: {stage: three, needs: [{job: build, artifacts: false}], script: [ls]}
none: {stage: three, dependencies: [], script: [ls]}
`;

test("artifacts go through three stages by GitLab's rules, and into a folder that git does not see (GY-204 to GY-212)", async () => {
  using project = new CliProject({ ".gitlab-ci.yml": PIPELINE });
  const result = await project.run();
  expect(result.exitCode, result.stderr).toBe(0);
  expect(jobOutput(result, "middle").slice(-6)).toEqual(["why", "out", "out/app", "out/hard", "out/link", "out/sub"]);
  expect(jobOutput(result, "last")).toEqual(["made", "why.txt"]);
  expect([jobOutput(result, "early"), jobOutput(result, "none")]).toEqual([[], []]);
  expect(result.events.find((event) => event.type === "artifacts.restored" && event.job === "middle")).toMatchObject({
    from: ["build", "failing"],
  });
  expect(eventOf(result, "artifacts.kept")).toMatchObject({ files: expect.any(Number) });
  const notes = result.events.flatMap((event) => (event.type === "run.note" ? event.text : []));
  expect(notes).toContain('"/etc/passwd" is outside of the project\'s folder and is not kept');
  expect(notes).toContain('"no/*" fits no file; paths are relative to the project\'s folder');
  expect(readdirSync(join(project.folder, ".outrigger/artifacts")).toSorted()).toEqual([
    ".gitignore",
    "build",
    "failing",
    "middle",
  ]);
  expect(project.read(".outrigger/artifacts/build/out/app")).toBe("app\n");
  expect(existsSync(join(project.folder, "out"))).toBe(false);
  // GY-207: a job alone takes what the run before left, and its own files go where a person wants them.
  const alone = await project.run(["middle", "--no-deps", "--artifacts-to-source", "--report", "report.json"]);
  expect(jobOutput(alone, "middle").slice(-5)).toEqual(["out", "out/app", "out/hard", "out/link", "out/sub"]);
  expect(existsSync(join(project.folder, "made"))).toBe(true);
  expect(alone.events.flatMap((event) => (event.type === "run.note" ? event.text : []))).toContain(
    'artifacts of "build" are as an earlier run left them in .outrigger/artifacts/build',
  );
  expect(JSON.parse(project.read("report.json"))).toMatchObject({
    jobs: [{ name: "middle", artifactsFrom: ["build", "failing"], artifacts: { files: 2 } }],
  });
  // What jobs of the run hand on is gone with it.
  expect(readdirSync(project.stateFolder, { recursive: true }).filter((path) => String(path).endsWith(".tar"))).toEqual(
    [],
  );
});
