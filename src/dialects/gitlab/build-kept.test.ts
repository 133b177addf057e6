import { describe, expect, test } from "vitest";
import { compileGitlab, compileJob } from "../../../tests/compile-gitlab.ts";
import type { Job } from "../../model/pipeline.ts";

function jobWith(lines: string, before = ""): Job {
  return compileJob(`${before}J:\n  image: i\n  script: s\n  ${lines}\n`, "J");
}

describe("artifacts (GY-208 to GY-217)", () => {
  test("have their variables replaced, and say what they leave out", () => {
    const job = jobWith(
      'artifacts: {name: "$CI_JOB_NAME-$V", paths: [out/, "$V.txt", "$NONE"], exclude: ["**/*.o"], untracked: true, when: always, expire_in: 1 week}',
      "variables: {V: v}\n",
    );
    expect(job.artifacts).toMatchObject({
      name: "J-v",
      paths: ["out/", "v.txt"],
      exclude: ["**/*.o"],
      untracked: true,
      when: "always",
      expiresAfterMs: 7 * 24 * 3_600_000,
      reports: [],
    });
  });

  test("reports are paths by kind, one or several", () => {
    const job = jobWith(
      "artifacts: {reports: {dotenv: a.env, junit: [r/*.xml, s.xml], coverage_report: {coverage_format: cobertura, path: c.xml}}, expire_in: never}",
    );
    expect(job.artifacts?.reports).toMatchObject([
      { kind: "dotenv", paths: ["a.env"] },
      { kind: "junit", paths: ["r/*.xml", "s.xml"] },
      { kind: "coverage_report", paths: ["c.xml"] },
    ]);
    expect(job.artifacts).toMatchObject({ paths: [], when: "on_success", expiresAfterMs: "never" });
  });

  test("what only GitLab's pages show is a note with the jobs (GY-248)", () => {
    const { diagnostics } = compileGitlab(
      "J: {image: i, script: s, artifacts: {paths: [a], expose_as: x, public: false}}\n",
    );
    const notes = diagnostics.filter((one) => one.code === "ignored-keyword").map((one) => one.message);
    expect(notes).toEqual([
      "artifacts:expose_as is ignored in local runs (jobs: J)",
      "artifacts:public is ignored in local runs (jobs: J)",
    ]);
  });
});

describe("caches (GY-219 to GY-227)", () => {
  test("a cache without a key has GitLab's (GY-282)", () => {
    expect(jobWith("cache: {paths: [a]}").caches).toMatchObject([
      {
        key: { kind: "text", text: "default" },
        paths: ["a"],
        policy: "pull-push",
        when: "on_success",
        untracked: false,
      },
    ]);
  });

  test("several are kept in order, variables replaced, the policy too", () => {
    const job = jobWith(
      'cache: [{key: "$CI_JOB_NAME", paths: [a], policy: $P, fallback_keys: ["$V-x"]}, {key: {files: [a.lock], prefix: $V}, untracked: true, when: always}]',
      "variables: {P: pull, V: v}\n",
    );
    expect(job.caches).toMatchObject([
      { key: { kind: "text", text: "J" }, policy: "pull", fallbackKeys: ["v-x"] },
      { key: { kind: "files", files: ["a.lock"], by: "content", prefix: "v" }, untracked: true, when: "always" },
    ]);
  });

  test("a policy that its variable does not hold is told, and counts as the default (GY-225)", () => {
    const { pipeline, diagnostics } = compileGitlab(
      "J: {image: i, script: s, cache: {paths: [a], policy: $P}, variables: {P: x}}\n",
    );
    expect(pipeline?.jobs[0]?.caches).toMatchObject([{ policy: "pull-push" }]);
    expect(diagnostics).toContainEqual(expect.objectContaining({ severity: "warning", code: "invalid-cache-policy" }));
  });

  test.each(["cache: []", "cache: {}"])("%s takes the default away", (line) => {
    expect(jobWith(line, "default: {cache: {paths: [a]}}\n").caches).toBeUndefined();
    expect(jobWith("retry: 0", "default: {cache: {paths: [a]}}\n").caches).toHaveLength(1);
  });
});

describe("environments (GY-236)", () => {
  test("are variables, which others may be made of", () => {
    const job = jobWith(
      'environment: {name: "review/$CI_COMMIT_REF_SLUG$NONE", url: "https://$CI_ENVIRONMENT_SLUG.example", on_stop: K, auto_stop_in: 1 day}\n  variables: {HOST: "$CI_ENVIRONMENT_SLUG.example"}',
      "K: {image: i, script: s, environment: {name: 'review/$CI_COMMIT_REF_SLUG$NONE', action: stop}}\n",
    );
    expect(job.environment).toMatchObject({
      name: "review/",
      action: "start",
      tier: "development",
      onStop: "K",
      stopsAfterMs: 86_400_000,
    });
    const slug = job.environment?.slug ?? "";
    expect(slug).toMatch(/^review-[a-z0-9]{6}$/);
    expect(job.environment?.url).toBe(`https://${slug}.example`);
    expect(job.variables.get("HOST")?.value).toBe(`${slug}.example`);
    expect(job.variables.get("CI_ENVIRONMENT_URL")?.value).toBe(`https://${slug}.example`);
  });

  test.each([
    ["production", "production", "production"],
    ["staging", "staging", "staging"],
    ["qa", "qa", "testing"],
    ["0-live", expect.stringMatching(/^env-0-live-[a-z0-9]{6}$/), "production"],
    ["Review App", expect.stringMatching(/^review-app-[a-z0-9]{6}$/), "development"],
    ["a-name-that-is-much-too-long", expect.stringMatching(/^a-name-that-is-mu-[a-z0-9]{6}$/), "other"],
    ["x", "x", "other"],
  ])("%s has a slug (GY-117) and a tier", (name, slug, tier) => {
    expect(jobWith(`environment: ${name}`).environment).toMatchObject({ slug, tier });
  });
});

describe("the rest of what a job keeps", () => {
  test.each<[string, Partial<Job>]>([
    ["resource_group: $CI_JOB_NAME/$NONE", { resourceGroup: "J/" }],
    ["coverage: '/(\\d+)%/i'", { coverage: { body: "(\\d+)%", flags: "i" } }],
    ["interruptible: true", { interruptible: true }],
    ["hooks: {pre_get_sources_script: [a, b]}", { beforeSources: ["a", "b"] }],
    ["dependencies: []", { dependencies: [] }],
    ["when: delayed\n  start_in: 5 minutes", { when: "delayed", startInMs: 300_000 }],
    ["when: manual\n  manual_confirmation: sure?", { when: "manual", allowFailure: true, manualConfirmation: "sure?" }],
  ])("%s", (lines, expected) => {
    expect(jobWith(lines)).toMatchObject(expected);
  });

  test("steps of run are scripts of their own (GY-132)", () => {
    const job = compileJob("J: {image: i, run: [{name: a, script: x, env: {V: 1}}, {name: b, script: y}]}\n", "J");
    expect(job.steps[0]?.scripts).toEqual([
      { kind: "main", commands: ["x"], variables: new Map([["V", "1"]]) },
      { kind: "main", commands: ["y"] },
    ]);
  });

  test("a secret that nobody gave is named, one that is given is masked (GY-243)", () => {
    const text = "J: {image: i, script: s, secrets: {A: {vault: x}, B: {vault: y}}}\n";
    const job = compileJob(text, "J", { variables: { B: { value: "given", masked: true } } });
    expect(job.missingSecrets).toMatchObject([{ name: "A", path: "jobs:J:secrets:A", at: { line: 1, column: 36 } }]);
  });

  test("a trigger of local files is a job without containers (GY-239)", () => {
    const job = compileJob(
      "J: {trigger: {include: [a.yml, {local: $D/b.yml, inputs: {n: 1}}, {artifact: c.yml, job: K}], strategy: depend, forward: {pipeline_variables: true}}, variables: {D: d}}\nK: {image: i, script: s, stage: build}\n",
      "J",
    );
    expect(job).toMatchObject({
      steps: [],
      services: [],
      trigger: {
        kind: "child",
        waits: true,
        forward: { ownVariables: true, pipelineVariables: true },
        includes: [
          { kind: "local", file: "a.yml" },
          { kind: "local", file: "d/b.yml", inputs: new Map([["n", 1]]) },
          { kind: "artifact", file: "c.yml", job: "K" },
        ],
      },
    });
  });

  test("a job that mirrors a pipeline of another project (GY-198)", () => {
    const job = compileJob("J: {needs: {pipeline: g/other}}\n", "J");
    expect(job.trigger).toMatchObject({ kind: "mirror", project: "g/other" });
  });

  test("trigger jobs take nothing from default (GY-31)", () => {
    const { diagnostics } = compileGitlab("default: {tags: [a], services: [b]}\nJ: {trigger: {include: a.yml}}\n");
    expect(diagnostics.filter((one) => one.severity !== "note")).toEqual([]);
  });
});
