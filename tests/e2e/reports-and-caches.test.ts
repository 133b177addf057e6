import { expect, test } from "vitest";
import type { RunEvent } from "../../src/events/run-event.ts";
import { CliProject, type CliResult, eventOf, jobOutput } from "./cli-project.ts";

const PIPELINE = `
default: {image: busybox}
stages: [one, two]
report:
  stage: one
  script:
    - echo TAG=latest > out.env && echo ALIAS=the-db >> out.env && echo 'TEXT="as it is $HOME"' >> out.env
    - echo '<testsuite><testcase name="good"/><testcase classname="c" name="bad"><failure/></testcase></testsuite>' > r.xml
    - echo "covered 71.5% of it"
  coverage: /covered (\\d+\\.\\d+)%/
  artifacts: {reports: {dotenv: out.env, junit: "*.xml"}}
takes:
  stage: two
  image: busybox:$TAG
  services: [{name: "redis:$TAG", alias: $ALIAS}]
  variables: {TEXT: overruled}
  script: ['echo "$TEXT"', "nslookup $ALIAS >/dev/null && echo found"]
takes nothing: {stage: two, dependencies: [], script: ['echo "[$TEXT]"']}
cached:
  stage: one
  cache:
    - {key: {files: [.gitlab-ci.yml], prefix: p}, paths: [.cache/]}
    - {key: other, paths: [never/], policy: pull, fallback_keys: [$CI_COMMIT_REF_SLUG]}
  script: ["cat .cache/count || echo first", "mkdir -p .cache", "echo again >> .cache/count"]
group 1: {stage: one, resource_group: g, script: [echo]}
group 2: {stage: one, resource_group: g, script: [echo]}
stubborn: {stage: one, retry: {max: 1, exit_codes: [7]}, script: [exit 7], allow_failure: {exit_codes: [7]}}
slow:
  stage: one
  timeout: 2s
  script: [echo partial > partial.txt, sleep 120]
  after_script: ['echo "after $CI_JOB_STATUS"']
  artifacts: {paths: [partial.txt], when: on_failure}
  allow_failure: true
`;

function positionOf(result: CliResult, type: RunEvent["type"], job: string): number {
  return result.events.findIndex((event) => event.type === type && "job" in event && event.job === job);
}

test("reports, caches, resource groups, retries and time limits do what GitLab says", async () => {
  using project = new CliProject({ ".gitlab-ci.yml": PIPELINE });
  const result = await project.run();
  expect(result.exitCode, result.stderr).toBe(0);
  // GY-90, GY-95, GY-215: in the image, in a service's name and alias, above the job's own.
  expect(jobOutput(result, "takes")).toEqual(["as it is $HOME", "found"]);
  expect(jobOutput(result, "takes nothing")).toEqual(["[]"]);
  expect(eventOf(result, "tests.reported")).toMatchObject({ total: 2, failed: 1, failures: ["c › bad"] });
  expect(result.events.find((event) => event.type === "job.finished" && event.job === "report")).toMatchObject({
    coveragePercent: 71.5,
  });
  // GY-232: one more attempt for its exit code.
  const tries = result.events.flatMap((event) =>
    event.type === "job.finished" && event.job === "stubborn" ? event.willRetry : [],
  );
  expect(tries).toEqual([true, false]);
  // GY-129, GY-233: after the time limit its after_script runs, and what a failed job keeps is kept.
  expect(jobOutput(result, "slow").at(-1)).toBe("after failed");
  expect(project.read(".outrigger/artifacts/slow/partial.txt")).toBe("partial\n");
  // GY-235: never both at a time.
  const [first, second] = ["group 1", "group 2"].toSorted(
    (one, other) => positionOf(result, "job.started", one) - positionOf(result, "job.started", other),
  );
  expect(positionOf(result, "job.finished", first ?? "")).toBeLessThan(positionOf(result, "job.started", second ?? ""));
  // GY-219 to GY-226.
  const again = await project.run(["cached"]);
  expect(jobOutput(result, "cached")).toContain("first");
  expect(jobOutput(again, "cached")).toEqual(["again"]);
  const restored = again.events.flatMap((event) => (event.type === "cache.restored" ? [[event.key, event.found]] : []));
  expect(restored).toEqual([
    [expect.stringMatching(/^p-[0-9a-f]{64}$/), true],
    ["other", false],
  ]);
});
