import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CliProject, jobOutput } from "./cli-project.ts";

/** A job for each kind of pipeline, chosen by its rules, that prints what it knows of it. */
const PIPELINE = `
default: {image: busybox}
stages: [one, two]
workflow:
  rules:
    - if: $CI_PIPELINE_SOURCE == "web"
      when: never
    - when: always
push: {stage: one, script: ['echo "$CI_COMMIT_BRANCH $CI_COMMIT_TAG"'], rules: [{if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH}]}
tag: {stage: one, script: ['echo "$CI_COMMIT_TAG $CI_COMMIT_REF_SLUG"'], only: [/^v\\d/]}
request:
  stage: one
  script: ['echo "$CI_MERGE_REQUEST_SOURCE_BRANCH_NAME to $CI_MERGE_REQUEST_TARGET_BRANCH_NAME $KIND"']
  rules: [{if: $CI_MERGE_REQUEST_IID, variables: {KIND: request}}]
schedule: {stage: one, script: ['echo "$CI_PIPELINE_SOURCE"'], only: [schedules]}
docs: {stage: one, script: [echo docs], rules: [{if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH, changes: ["docs/**/*"]}]}
using: {stage: two, script: [echo used], needs: [{job: docs, optional: true}], rules: [{if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH}]}
strict: {stage: two, script: [echo strict], needs: [docs], rules: [{if: $STRICT}]}
late: {stage: two, script: [echo late], rules: [{if: $CI_PIPELINE_SOURCE == "api", when: delayed, start_in: 1 second}]}
`;

let project: CliProject;

beforeAll(() => {
  project = new CliProject({ ".gitlab-ci.yml": PIPELINE, "docs/a.md": "a\n" });
  // Without a commit before it, nothing is known of what has changed.
  project.commit();
});

afterAll(() => project[Symbol.dispose]());

describe("which jobs of a GitLab file run", () => {
  test.each<readonly [readonly string[], Readonly<Record<string, string>>]>([
    [[], { push: "main ", using: "used" }],
    [["--changed", "docs/a.md"], { push: "main ", docs: "docs", using: "used" }],
    [["--tag", "v1.0"], { tag: "v1.0 v1-0" }],
    [["--event", "merge_request", "--branch", "topic"], { request: "topic to main request" }],
    [["--event", "schedule"], { schedule: "schedule" }],
    [["--event", "api", "--honour-delays"], { late: "late" }],
  ])("run %j runs %o", async (argv, expected) => {
    const result = await project.run(argv);
    const ran = result.events.flatMap((event) => (event.type === "job.finished" ? [event.job] : []));
    const said = ran.map((job) => [job, jobOutput(result, job).find((line) => !line.startsWith("$"))] as const);
    expect(result.stderr).not.toContain("error:");
    expect(Object.fromEntries(said)).toEqual(expected);
    expect(result.exitCode).toBe(0);
  });

  test("a pipeline that the workflow filters out runs nothing, which is no failure (GY-186)", async () => {
    const result = await project.call(["run", "--event", "web"]);
    expect(result.stderr).toContain("Pipeline filtered out by workflow rules.");
    expect(result.exitCode).toBe(0);
  });

  test("a job that is left out cannot be asked for, nor be needed (GY-200)", async () => {
    const named = await project.call(["run", "request"]);
    expect(named.stderr).toContain('job "request" is not in this pipeline: no rule holds');
    expect(named.exitCode).toBe(2);
    const needed = await project.call(["run", "--variable", "STRICT=1"]);
    expect(needed.stderr).toContain("'strict' job needs 'docs' job, but 'docs' does not exist in the pipeline.");
    expect(needed.exitCode).toBe(2);
  });
});
