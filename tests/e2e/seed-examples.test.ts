import { describe, expect, test } from "vitest";
import { hasSharedFolder } from "../shared-folder.ts";
import { CliProject, jobOutput } from "./cli-project.ts";
import { seedExamples } from "./seed-cases.ts";

test("the document is there when an outer CI runs the tests", () => {
  expect(hasSharedFolder || process.env["CI"] !== "true").toBe(true);
});

describe.skipIf(!hasSharedFolder)("the examples of GitLab's page on services", () => {
  test.each(seedExamples(() => ({ argv: [], env: {}, idleShellsEnd: true })))("%s", async (_, check) => {
    await check();
  });
});

test("a script's output is its own", async () => {
  using project = new CliProject({ ".gitlab-ci.yml": "hello:\n  image: busybox\n  script:\n    - echo hello\n" });
  const result = await project.run();
  expect(jobOutput(result)).toEqual(["hello"]);
});
