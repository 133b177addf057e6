import { describe, expect, test } from "vitest";
import { CliProject, eventOf, jobOutput } from "./cli-project.ts";
import { leftBy } from "./test-engine.ts";

describe("scripts of a GitLab job", () => {
  test("run: steps are processes of their own, a hook runs before the sources are there (GY-131, GY-132)", async () => {
    using project = new CliProject({
      ".gitlab-ci.yml": `
default: {image: busybox}
steps:
  hooks:
    pre_get_sources_script: [ls, touch made-by-the-hook]
  run:
    - {name: first, script: "ls; SHELL_STATE=lost; echo kept > file", env: {WHO: "it's me"}}
    - {name: second, script: 'echo "state=$SHELL_STATE who=$WHO"; cat file'}
    - {name: third, script: exit 3}
    - {name: fourth, script: echo never}
`,
      "source.txt": "x",
    });
    const result = await project.run(["steps"]);
    expect(jobOutput(result)).toEqual(["source.txt", "state= who=", "kept"]);
    expect(eventOf(result, "job.finished")).toMatchObject({ state: "failed", exitCode: 3 });
    expect(await leftBy(result)).toEqual([]);
  });
});

describe("files of a GitLab job", () => {
  test("a secret is a file beside the sources, which the job may do without (GY-93, GY-287)", async () => {
    using project = new CliProject({
      ".gitlab-ci.yml": `
default: {image: busybox}
look:
  variables: {GIT_STRATEGY: none, WHERE: $KEY_FILE}
  secrets:
    KEY_FILE: {vault: production/key, token: $TOKEN}
    PLAIN: {vault: production/plain, file: false, token: $TOKEN}
  script:
    - ls
    - test "$WHERE" = "$KEY_FILE" && echo "$KEY_FILE"
    - wc -c < "$KEY_FILE"
    - cat "$KEY_FILE"; echo
    - echo "$PLAIN"
`,
      "values.txt": "KEY_FILE=very secret content\nPLAIN=plain secret value\n",
    });
    const result = await project.run(["look", "--secret-file", "values.txt"]);
    expect(jobOutput(result)).toEqual(["/builds/local/project.tmp/KEY_FILE", "19", "[MASKED]", "[MASKED]"]);
    expect(await leftBy(result)).toEqual([]);
  });
});

describe("a child pipeline", () => {
  test("runs in its place, with what it is handed, and its failure is the job's that waits for it (GY-240)", async () => {
    using project = new CliProject({
      ".gitlab-ci.yml": `
default: {image: busybox}
stages: [zero, one, two]
gen:
  stage: zero
  script: ['echo "J: {image: busybox, script: [echo made by \\$TAG]}" > c.yml', echo TAG=gen > v.env]
  artifacts: {paths: [c.yml], reports: {dotenv: v.env}}
made: {stage: one, needs: [gen], trigger: {include: [{artifact: c.yml, job: gen}], strategy: depend}}
missing: {stage: one, needs: [], trigger: {include: no.yml}, allow_failure: true}
child: {stage: one, needs: [], variables: {OWN: handed on}, trigger: {include: [{local: ci/c.yml, inputs: {code: 3}}], strategy: depend}}
loose: {stage: one, needs: [], trigger: {include: ci/d.yml}}
after: {stage: two, script: echo never}
`,
      "ci/c.yml": `
spec: {inputs: {code: {type: number}}}
---
stages: [a, b]
second: {stage: b, image: busybox, script: 'exit $[[ inputs.code ]]'}
first: {stage: a, image: busybox, script: 'echo "$OWN by $CI_PIPELINE_SOURCE"'}
`,
      "ci/d.yml": "fails: {image: busybox, script: exit 1}",
    });
    const result = await project.run();
    expect(jobOutput(result, "child/first")).toEqual(["handed on by parent_pipeline"]);
    expect(jobOutput(result, "made/J")).toEqual(["made by gen"]);
    const ends = result.events.flatMap((event) => (event.type === "job.finished" ? [[event.job, event.state]] : []));
    expect(Object.fromEntries(ends)).toEqual({
      gen: "passed",
      made: "passed",
      "made/J": "passed",
      missing: "failed",
      child: "failed",
      "child/first": "passed",
      "child/second": "failed",
      loose: "passed",
      "loose/fails": "failed",
      after: "skipped",
    });
    expect(result.exitCode).toBe(1);
    expect(eventOf(result, "run.finished").cause?.text).toContain("child/second");
    expect(await leftBy(result)).toEqual([]);
  });
});
