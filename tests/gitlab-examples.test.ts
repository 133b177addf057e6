import { describe, expect, test } from "vitest";
import { toIdleChoices } from "../src/cli/idle-choices.ts";
import { planPipeline } from "../src/plan/plan-pipeline.ts";
import { compileGitlab } from "./compile-gitlab.ts";

/** Worked examples about what a whole file comes to; those about one keyword are beside the code that reads it. */
function whatRuns(text: string): Readonly<Record<string, unknown>> {
  const { pipeline, diagnostics } = compileGitlab(`default: {image: a}\n${text}`, { facts: { branch: "main" } });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (pipeline === undefined || errors.length > 0) throw new Error(JSON.stringify(errors));
  const { plan } = planPipeline(pipeline, toIdleChoices("lint", { mask: [] }));
  return Object.fromEntries(plan.jobs.map(({ plan: job, after, when }) => [job.name, { after, when }]));
}

describe("worked examples", () => {
  test("a key at the top level and in default is refused (GY-263)", () => {
    const { diagnostics } = compileGitlab("image: a\ndefault: {image: b}\nJ: {script: x}\n");
    const errors = diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
    expect(errors).toEqual(["image is defined in top-level and `default:` entry"]);
  });

  const build = "b: {stage: build, script: x, rules: [{if: '$CI_COMMIT_TAG'}]}\n";
  const other = "o: {stage: build, script: x}\n";

  test.each<[string, string, Readonly<Record<string, unknown>>]>([
    [
      "a job of the last stage that needs nothing waits for nothing (GY-275)",
      `${other}J: {stage: deploy, script: x, needs: []}`,
      { o: { after: [], when: "on_success" }, J: { after: [], when: "on_success" } },
    ],
    [
      "an optional need that is left out is no need, and the job starts at once (GY-276)",
      `${build}${other}J: {stage: deploy, script: x, needs: [{job: b, optional: true}]}`,
      { o: { after: [], when: "on_success" }, J: { after: [], when: "on_success" } },
    ],
    [
      "of several needs the others stay (GY-276)",
      `${build}${other}J: {stage: deploy, script: x, needs: [{job: b, optional: true}, o]}`,
      { o: { after: [], when: "on_success" }, J: { after: ["o"], when: "on_success" } },
    ],
    [
      "a manual job of rules holds up what comes after it (GY-277)",
      "d: {stage: deploy, script: x, rules: [{when: manual}]}\nJ: {stage: .post, script: x}",
      { d: { after: [], when: "manual" }, J: { after: ["d"], when: "on_success" } },
    ],
  ])("%s", (_, text, expected) => {
    expect(whatRuns(text)).toEqual(expected);
  });
});

test("CI_JOB_MANUAL is there for a manual job that a person starts, and for no other (GY section 6)", () => {
  const text = "J: {script: x, image: a, when: manual}\nK: {script: x, image: a}\n";
  const { pipeline } = compileGitlab(text, { facts: { branch: "main" } });
  if (pipeline === undefined) throw new Error("no pipeline");
  const { plan } = planPipeline(pipeline, { ...toIdleChoices("lint", { mask: [] }), jobs: ["J", "K"] });
  const set = plan.jobs.map(({ plan: job }) => [job.name, job.steps[0]?.env.get("CI_JOB_MANUAL")]);
  expect(set).toEqual([
    ["J", "true"],
    ["K", undefined],
  ]);
});
