import { describe, expect, test } from "vitest";
import { compileGitlab } from "../../../tests/compile-gitlab.ts";

const MAKER = "make: {stage: build, image: i, script: s, artifacts: {reports: {dotenv: v.env}}}\n";

function lookAt(job: string, reported?: Readonly<Record<string, string>>) {
  const { pipeline, diagnostics } = compileGitlab(`${MAKER}other: {stage: build, image: i, script: s}\nJ: ${job}\n`, {
    ...(reported === undefined ? {} : { reported: { job: "J", variables: reported } }),
  });
  const found = pipeline?.jobs.find(({ name }) => name === "J");
  return {
    image: found?.steps[0]?.image.text,
    services: found?.services.map(({ image }) => image.text),
    told: diagnostics.map(({ severity, code }) => `${severity} ${code}`),
  };
}

describe("an image made of what an earlier job reports (GY-90, GY-215)", () => {
  test.each([
    ["{image: $IMG, script: s}", "$IMG"],
    ["{image: '$IMG:1', script: s}", ":1"],
    ["{image: $IMG, script: s, needs: [make]}", "$IMG"],
    ["{image: $IMG, script: s, dependencies: [make]}", "$IMG"],
  ])("%s is a note, not something that is wrong", (job, image) => {
    expect(lookAt(job)).toEqual({ image, services: [], told: ["note image-from-report"] });
  });

  test.each([
    "{image: $IMG, script: s, needs: []}",
    "{image: $IMG, script: s, needs: [other]}",
    "{image: $IMG, script: s, needs: [{job: make, artifacts: false}]}",
    "{image: $IMG, script: s, dependencies: []}",
    "{image: $IMG, script: s, stage: build}",
  ])("%s gets no report, and is told", (job) => {
    expect(lookAt(job)).toMatchObject({ image: "ruby:3.1", told: ["warning image-expands-to-nothing"] });
  });

  test("what is still not set once the reports are known is told", () => {
    const job = "{image: $IMG, services: [$SVC], script: s}";
    expect(lookAt(job)).toMatchObject({ services: [], told: ["note image-from-report", "note image-from-report"] });
    expect(lookAt(job, { IMG: "alpine" })).toEqual({
      image: "alpine",
      services: [],
      told: ["warning service-left-out"],
    });
    expect(lookAt(job, { IMG: "alpine", SVC: "redis" })).toEqual({ image: "alpine", services: ["redis"], told: [] });
  });
});
