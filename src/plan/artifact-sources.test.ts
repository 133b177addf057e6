import { describe, expect, test } from "vitest";
import { testJob, testPipeline } from "../../tests/test-pipelines.ts";
import type { Job, JobNeed } from "../model/pipeline.ts";
import { findArtifactSources } from "./artifact-sources.ts";

const at = { file: ".gitlab-ci.yml", line: 1, column: 1 };
const leaves: Partial<Job> = {
  artifacts: { paths: ["out"], untracked: false, exclude: [], when: "on_success", reports: [], at },
};

function sourcesOf(job: Partial<Job>): readonly string[] | undefined {
  const others = [
    testJob("two", { stage: "build", ...leaves }),
    testJob("one", { stage: "build", ...leaves }),
    testJob("nothing", { stage: "build" }),
    testJob("early", { stage: ".pre", ...leaves }),
    testJob("beside", { stage: "test", ...leaves }),
  ];
  const jobs = [...others, testJob("J", { stage: "test", ...job })];
  return findArtifactSources(testPipeline(jobs), jobs).get("J");
}

function need(job: string, over: Partial<JobNeed> = {}): JobNeed {
  return { job, optional: false, artifacts: true, at, ...over };
}

describe("whose artifacts a job gets (GY-204, GY-205)", () => {
  const bySome: Job["order"] = {
    kind: "needs",
    needs: [need("two"), need("early"), need("one", { artifacts: false })],
  };

  test.each<[string, Partial<Job>, readonly string[]]>([
    ["all of earlier stages, by stage and then by name", {}, ["early", "one", "two"]],
    ["what it needs, without those it takes nothing from", { order: bySome }, ["early", "two"]],
    ["none with needs: []", { order: { kind: "needs", needs: [] } }, []],
    [
      "what dependencies name",
      {
        dependencies: [
          { job: "two", at },
          { job: "early", at },
        ],
      },
      ["early", "two"],
    ],
    ["none with dependencies: []", { dependencies: [] }, []],
    ["the needed ones that dependencies name", { order: bySome, dependencies: [{ job: "two", at }] }, ["two"]],
    ["nothing of a job that leaves nothing", { dependencies: [{ job: "nothing", at }] }, []],
  ])("%s", (_name, job, expected) => {
    expect(sourcesOf(job)).toEqual(expected);
  });
});
