import { describe, expect, test } from "vitest";
import { CliProject, eventOf, jobOutput } from "./cli-project.ts";
import { leftBy } from "./test-engine.ts";

describe("scripts of a GitLab job", () => {
  test("run: steps are processes of their own, a hook runs before the sources are there (GY-131, GY-132)", async () => {
    using project = new CliProject({
      ".gitlab-ci.yml": `
default: {image: busybox}
steps:
  hooks:
    pre_get_sources_script: [ls, touch made-by-the-hook]
  run:
    - {name: first, script: "ls; SHELL_STATE=lost; echo kept > file", env: {WHO: "it's me"}}
    - {name: second, script: 'echo "state=$SHELL_STATE who=$WHO"; cat file'}
    - {name: third, script: exit 3}
    - {name: fourth, script: echo never}
`,
      "source.txt": "x",
    });
    const result = await project.run(["steps"]);
    expect(jobOutput(result)).toEqual(["source.txt", "state= who=", "kept"]);
    expect(eventOf(result, "job.finished")).toMatchObject({ state: "failed", exitCode: 3 });
    expect(await leftBy(result)).toEqual([]);
  });
});
