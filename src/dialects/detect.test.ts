import { expect, test } from "vitest";
import { chooseDialect, detectDialect } from "./detect.ts";

test.each([".gitlab-ci.yml", "sub/.gitlab-ci.yaml", "C:\\x\\ci.gitlab-ci.yml"])(
  "%s is GitLab's by its name",
  (file) => {
    expect(chooseDialect({ file, text: "" })).toMatchObject({
      id: "gitlab",
      why: expect.stringContaining("its name is"),
    });
  },
);

test("a file of any other name is read as GitLab's", async () => {
  expect((await detectDialect({ file: "pipeline.yml", text: "" })).id).toBe("gitlab");
});
