import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { chooseDialect, DIALECTS, loadDialect } from "./detect.ts";

interface Case {
  readonly rule: string;
  readonly file?: string;
  readonly yaml: string;
  readonly dialect: string;
  readonly why: string;
}

const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL("../../tests/cases/drone-detect.json", import.meta.url), "utf8"),
);

describe("which dialect a file is written in, and why (DR-18 to DR-25)", () => {
  test.each(cases)("$rule: $file $yaml is $dialect", async ({ file, yaml, dialect, why }) => {
    const choice = await chooseDialect({ file: file ?? ".drone.yml", text: yaml });
    expect(choice.id).toBe(dialect);
    expect(choice.why).toContain(why);
  });

  test.each([".gitlab-ci.yml", "sub/.gitlab-ci.yaml", "C:\\x\\ci.gitlab-ci.yml"])(
    "%s is GitLab's by its name",
    async (file) => {
      expect(await chooseDialect({ file, text: "" })).toMatchObject({
        id: "gitlab",
        why: expect.stringContaining("its name is"),
      });
    },
  );

  test("a file of any other name that says nothing is read as GitLab's", async () => {
    expect((await chooseDialect({ file: "pipeline.yml", text: "" })).id).toBe("gitlab");
  });

  test("the person's word wins over everything (DR-22)", async () => {
    const choice = await chooseDialect({ file: ".gitlab-ci.yml", text: "" }, "drone-0.4");
    expect(choice).toEqual({ id: "drone-0.4", why: "chosen with --dialect" });
  });

  test.each(DIALECTS)("%s has a reader of that name", async (id) => {
    expect((await loadDialect(id)).id).toBe(id);
  });
});
