import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { containerNames, findInvalidAlias, invalidAliasMessage } from "../src/engines/kubernetes/names.ts";
import type { JobPlan } from "../src/model/job-plan.ts";
import { DEFAULT_JOB_TIMEOUT_MS } from "../src/plan/choices.ts";
import { planPipeline } from "../src/plan/plan-pipeline.ts";
import { compileGitlab } from "./compile-gitlab.ts";

interface NamesCase {
  readonly note: string;
  readonly services: readonly { readonly name: string; readonly alias?: string }[];
  /** In the order of the file. */
  readonly containers: readonly string[];
  /** Without the sentence that follows it (K-33). */
  readonly error: string | null;
}

// The file is the project's own; its shape is this one.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const cases = JSON.parse(
  readFileSync(new URL("cases/kubernetes-container-names.json", import.meta.url), "utf8"),
) as readonly NamesCase[];

function planOf({ services }: NamesCase): JobPlan {
  const text = JSON.stringify({ job: { image: "alpine:latest", script: ["sleep 10"], services } });
  const { pipeline, diagnostics } = compileGitlab(text);
  if (pipeline === undefined) throw new Error(JSON.stringify(diagnostics));
  const { plan } = planPipeline(pipeline, {
    runId: "r",
    jobs: [],
    pullPolicy: undefined,
    services: "dialect",
    trusted: new Set(),
    defaultJobTimeoutMs: DEFAULT_JOB_TIMEOUT_MS,
    maskedNames: new Set(),
    showServiceLogs: false,
  });
  const [job] = plan.jobs;
  if (job === undefined) throw new Error("the file has no job");
  return job.plan;
}

describe("names of service containers (K-20 to K-25)", () => {
  test("the table is whole, the document's examples first", () => {
    expect(cases).toHaveLength(36);
    expect(cases.slice(0, 4).map(({ containers }) => containers)).toEqual([
      ["alpine", "mysql"],
      ["mysql", "svc-0"],
      ["alpine", "alpine-edge"],
      ["alpine", "alpine-edge", "svc-0"],
    ]);
  });

  test.each(cases.filter(({ error }) => error === null))("$note", (row) => {
    const { services } = planOf(row);
    expect(findInvalidAlias(services)).toBeUndefined();
    expect(containerNames(services)).toEqual(row.containers);
  });
});

describe("an alias that is no host name (K-32, K-33)", () => {
  test.each(cases.flatMap(({ error, ...row }) => (error === null ? [] : { ...row, error })))("$note", (row) => {
    const invalid = findInvalidAlias(planOf({ ...row }).services);
    const message = invalid === undefined ? "" : invalidAliasMessage(invalid);
    expect(message).toBe(
      `${row.error}. Check https://docs.gitlab.com/runner/shells/index.html#shell-profile-loading for more information`,
    );
  });
});
