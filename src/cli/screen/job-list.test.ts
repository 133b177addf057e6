import { describe, expect, test } from "vitest";
import { compileGitlab } from "../../../tests/compile-gitlab.ts";
import type { Pipeline } from "../../model/pipeline.ts";
import { renderJobList, renderUnknown, toJobListJson } from "./job-list.ts";
import { describeTrigger } from "./trigger-words.ts";

const FILES = {
  "b.yml": "x: {image: a, script: b}\ninner: {trigger: {include: {artifact: i.yml, job: x}}}\n",
};
const TEXT = `gen: {image: a, script: b, stage: build, artifacts: {paths: [c.yml]}}
late: {trigger: {include: [{artifact: c.yml, job: gen}, b.yml], strategy: depend}}
near: {trigger: {include: b.yml}}
idle: {trigger: {include: {artifact: c.yml, job: gen}}, rules: [{if: $OFF}]}
far: {trigger: g/p}
mirror: {needs: {pipeline: g/q}}
`;

function pipelineOf(): Pipeline {
  const { pipeline } = compileGitlab(TEXT, { files: FILES });
  if (pipeline === undefined) throw new Error("no pipeline");
  return pipeline;
}

describe("jobs that a list cannot have (GY-239)", () => {
  test("those of a file that a job makes: the list says which job starts them, and from what", () => {
    expect(renderJobList(pipelineOf())).toContain("near/x ");
    expect(renderUnknown(pipelineOf())).toBe(
      `not known yet: the jobs that late starts, from "c.yml" of job "gen"
not known yet: the jobs that near/inner starts, from "i.yml" of job "near/x"
`,
    );
  });

  test("the same for programs", () => {
    const { jobs }: { jobs: readonly { name: string; startsFrom?: unknown }[] } = JSON.parse(
      toJobListJson(pipelineOf()),
    );
    const from = new Map(jobs.map(({ name, startsFrom }) => [name, startsFrom]));
    expect(from.get("late")).toEqual([{ job: "gen", path: "c.yml" }]);
    expect(from.get("near")).toBeUndefined();
  });
});

test("a job without containers says what it starts", () => {
  const starts = pipelineOf().jobs.map((job) => [job.name, describeTrigger(job)]);
  expect(Object.fromEntries(starts)).toEqual({
    gen: undefined,
    late: 'a pipeline of "b.yml", "c.yml" of job "gen", and waits for it',
    near: 'a pipeline of "b.yml"',
    "near/x": undefined,
    "near/inner": 'a pipeline of "i.yml" of job "near/x"',
    idle: 'a pipeline of "c.yml" of job "gen"',
    far: 'no pipeline: that of project "g/p" is not of this repository',
    mirror: 'no pipeline: it mirrors that of "g/q", which is not of this repository',
  });
});
