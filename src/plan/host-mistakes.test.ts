import { describe, expect, test } from "vitest";
import { testJob, testServiceSpec, testVariables } from "../../tests/test-pipelines.ts";
import type { Job, Pipeline } from "../model/pipeline.ts";
import type { PlanChoices } from "./choices.ts";
import { planPipeline } from "./plan-pipeline.ts";

const CHOICES: PlanChoices = {
  runId: "r",
  jobs: [],
  pullPolicy: undefined,
  services: "dialect",
  trusted: new Set(),
  defaultJobTimeoutMs: 1000,
  maskedNames: new Set(),
  showServiceLogs: false,
};
const SERVICES = [testServiceSpec("postgres:16", ["postgres", "database"]), testServiceSpec("redis:7", ["redis"])];

function jobWith(name: string, commands: readonly string[], variables: Readonly<Record<string, string>> = {}): Job {
  const base = testJob(name, { services: SERVICES });
  const steps = base.steps.map((step) => ({
    ...step,
    scripts: [{ kind: "main" as const, commands }],
    variables: testVariables(variables, ["SECRET_URL"]),
  }));
  return { ...base, steps };
}

function warningsOf(...jobs: readonly Job[]): readonly string[] {
  const pipeline: Pipeline = { dialect: "gitlab", file: ".gitlab-ci.yml", stages: ["test"], jobs };
  return planPipeline(pipeline, CHOICES)
    .diagnostics.filter((one) => one.code === "unknown-host" || one.code === "localhost-in-bridge-mode")
    .map((one) => one.message);
}

describe("hosts that are likely to be a service, and by this name are not", () => {
  test.each([
    ["psql -h postgress -U x", '"postgress"; did you mean "postgres"?'],
    ["psql postgres://u:p@databse/shop", '"databse"; did you mean "database"?'],
    ["wait-for-it db:5432", '"db"; did you mean "postgres"?'],
    ["redis-cli -h cache ping", '"cache"; did you mean "redis"?'],
    ["curl http://localhost:5432", "localhost:5432 is service"],
    ["pg_isready --host 127.0.0.1", "127.0.0.1:5432 is service"],
  ])("%s", (command, message) => {
    expect(warningsOf(jobWith("a", [command]))).toEqual([expect.stringContaining(message)]);
  });

  test.each([
    ["psql -h postgres; redis-cli -h Redis"],
    ["curl http://build:8080 http://example.org/ http://proxy:3128"],
    ["psql -h db.example.org"],
    ["docker pull node:16 && echo a:22"],
    ["curl http://localhost:8080"],
    ["psql -h $DB_HOST"],
  ])("nothing is said about: %s", (command) => {
    expect(warningsOf(jobWith("a", [command]))).toEqual([]);
  });

  test("variables are read too, masked ones are not", () => {
    const variables = { DB_HOST: "databse", REDIS_HOST: "localhost", SECRET_URL: "redis://geheim" };
    expect(warningsOf(jobWith("a", [], variables))).toEqual([
      'REDIS_HOST=localhost is service "redis" only in shared network mode',
      'DB_HOST=databse: no service of this job is called "databse"; did you mean "database"?',
    ]);
  });

  test("what all jobs say is told once", () => {
    expect(warningsOf(jobWith("a", ["psql -h databse"]), jobWith("b", ["psql -h databse"]))).toHaveLength(1);
  });

  test("a job without services is asked nothing", () => {
    expect(warningsOf({ ...jobWith("a", ["psql -h localhost"]), services: [] })).toEqual([]);
  });
});
