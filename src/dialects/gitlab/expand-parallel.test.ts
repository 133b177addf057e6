import { describe, expect, test } from "vitest";
import { compileGitlab, compileJob, valuesOf } from "../../../tests/compile-gitlab.ts";
import type { Job } from "../../model/pipeline.ts";

function namesOf(text: string): readonly string[] {
  return compileGitlab(text).pipeline?.jobs.map((job) => job.name) ?? [];
}

function needsOf(job: Job): readonly string[] {
  return job.order.kind === "needs" ? job.order.needs.map((need) => need.job) : [];
}

describe("parallel makes jobs with GitLab's names", () => {
  test("a number counts from 1 (GY-228)", () => {
    expect(namesOf("t: {image: i, script: s, parallel: 3}\n")).toEqual(["t 1/3", "t 2/3", "t 3/3"]);
    const job = compileJob("t: {image: i, script: s, parallel: 3}\n", "t 2/3");
    expect(job.instance).toEqual({ of: "t", index: 2, total: 3 });
    expect(
      ["CI_NODE_INDEX", "CI_NODE_TOTAL", "CI_JOB_NAME", "CI_JOB_GROUP_NAME"].map(
        (name) => job.variables.get(name)?.value,
      ),
    ).toEqual(["2", "3", "t 2/3", "t"]);
  });

  test("a matrix takes each item's product, its last name changing fastest (GY-264)", () => {
    const text = "t:\n  image: i\n  script: s\n  parallel:\n    matrix: [{P: [a, b], Q: x}, {P: c, Q: [y, z]}]\n";
    expect(namesOf(text)).toEqual(["t: [a, x]", "t: [b, x]", "t: [c, y]", "t: [c, z]"]);
    const job = compileJob(text, "t: [c, y]");
    expect(job.instance).toEqual({ of: "t", index: 3, total: 4 });
    expect(valuesOf(job.variables)).toEqual({ P: "c", Q: "y" });
    expect([...(job.matrix ?? [])]).toEqual([
      ["P", "c"],
      ["Q", "y"],
    ]);
  });

  test("values of a matrix win over the job's own variables, and images are made of them (GY-89)", () => {
    const text =
      'variables: {V: global}\nt: {image: "r:$V", script: s, variables: {V: job}, parallel: {matrix: [{V: ["1", 2.5]}]}}\n';
    expect(compileJob(text, "t: [2.5]").steps[0]?.image.text).toBe("r:2.5");
  });

  test("numbers are printed as Ruby prints them, null is left out of the name (GY-230)", () => {
    expect(namesOf("t: {image: i, script: s, parallel: {matrix: [{A: 012, B: ~, C: yes}]}}\n")).toEqual([
      "t: [10, true]",
    ]);
  });
});

describe("what needs a multiplied job (GY-202)", () => {
  const target = "t: {image: i, script: s, parallel: {matrix: [{A: [x, y], B: [1, 2]}]}}\n";

  test("by its name: all its instances (GY-265)", () => {
    const job = compileJob(
      "t: {image: i, script: s, parallel: 2}\nr: {image: i, script: s, needs: [t], dependencies: [t]}\n",
      "r",
    );
    expect(needsOf(job)).toEqual(["t 1/2", "t 2/2"]);
    expect(job.dependencies?.map((dependency) => dependency.job)).toEqual(["t 1/2", "t 2/2"]);
  });

  test("by an instance's name: that one", () => {
    expect(needsOf(compileJob(`${target}r: {image: i, script: s, needs: ["t: [x, 2]"]}\n`, "r"))).toEqual([
      "t: [x, 2]",
    ]);
  });

  test("by parallel:matrix: those that have one of the combinations", () => {
    const needs = "needs: [{job: t, artifacts: false, parallel: {matrix: [{A: y, B: [1, 2]}, {A: x, B: 1}]}}]";
    const job = compileJob(`${target}r: {image: i, script: s, ${needs}}\n`, "r");
    expect(needsOf(job)).toEqual(["t: [y, 1]", "t: [y, 2]", "t: [x, 1]"]);
    expect(job.order).toMatchObject({ needs: [{ artifacts: false }, { artifacts: false }, { artifacts: false }] });
  });

  test("$[[ matrix.X ]] is the needing instance's own value (GY-76)", () => {
    const needs = "needs: [{job: t, parallel: {matrix: [{A: '$[[ matrix.A ]]', B: 1}]}}]";
    const text = `${target}r: {image: i, script: s, parallel: {matrix: [{A: [x, y]}]}, ${needs}}\n`;
    expect(needsOf(compileJob(text, "r: [x]"))).toEqual(["t: [x, 1]"]);
    expect(needsOf(compileJob(text, "r: [y]"))).toEqual(["t: [y, 1]"]);
  });

  test("instances may need each other as long as there is no circle", () => {
    const needs = (value: string): string => `needs: [{job: t, parallel: {matrix: [{A: ${value}}]}}]`;
    const job = "{image: i, script: s, parallel: {matrix: [{A: [x, y]}]}";
    const circle = compileGitlab(`t: ${job}, ${needs("'$[[ matrix.A ]]'")}}\n`);
    expect(circle.diagnostics.map((one) => one.message)).toContain("The pipeline has circular dependencies");
    const chain = compileGitlab(`t: ${job}}\nu: ${job}, ${needs("x")}}\n`);
    expect(chain.diagnostics).toEqual([]);
  });
});
