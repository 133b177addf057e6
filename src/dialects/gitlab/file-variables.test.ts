import { describe, expect, test } from "vitest";
import { compileJob, valuesOf } from "../../../tests/compile-gitlab.ts";
import type { FileVariable } from "../dialect.ts";

function fileVariable(name: string, value: string, over: Partial<FileVariable> = {}): FileVariable {
  const none = { environment: "*", masked: false, raw: false, isFile: false };
  return { name, value, ...none, file: "variables.yml", origin: "project file", ...over };
}

const FILE = `
variables: {V: global, OWN: "x-$V"}
J:
  image: "i:$V"
  script: s
  variables: {V: job}
  environment: prod/$CI_COMMIT_BRANCH
K: {image: i, script: s, environment: {name: review/1}}
L: {image: i, script: s, rules: [{if: '$V == "file"', variables: {V: rule}}]}
`;
const FACTS = { branch: "main", defaultBranch: "main" };

function valueIn(job: string, fileVariables: readonly FileVariable[], given: Readonly<Record<string, string>> = {}) {
  return compileJob(FILE, job, { facts: FACTS, fileVariables, variables: given }).variables.get("V");
}

describe("variables of the person's files (GY-95)", () => {
  test("they win over the file's own, and lose to the command line", () => {
    const variables = [fileVariable("V", "file")];
    expect(valueIn("J", variables)).toMatchObject({ value: "file", origin: "project file" });
    expect(valueIn("J", variables, { V: "given" })).toMatchObject({ value: "given", origin: "command line" });
    expect(compileJob(FILE, "J", { facts: FACTS, fileVariables: variables }).steps[0]?.image.text).toBe("i:file");
  });

  test("rules see them, and what a rule sets loses to them", () => {
    expect(compileJob(FILE, "L", { facts: FACTS, fileVariables: [fileVariable("V", "file")] })).toMatchObject({
      when: "on_success",
    });
    expect(valueIn("L", [fileVariable("V", "file")])?.value).toBe("file");
  });

  test("a later file wins, whatever environment the earlier one names", () => {
    const user = fileVariable("V", "user", { file: "user.yml", environment: "prod/main" });
    expect(valueIn("J", [user, fileVariable("V", "file")])?.value).toBe("file");
  });

  test.each([
    ["J", "exact"],
    ["K", "near"],
    ["L", "all"],
  ])("of one file's values that of the closest environment counts: %s has %s", (job, expected) => {
    const variables = [
      fileVariable("V", "exact", { environment: "prod/main" }),
      fileVariable("V", "near", { environment: "review/*" }),
      fileVariable("V", "far", { environment: "re*" }),
      fileVariable("V", "prod", { environment: "prod/*" }),
      fileVariable("V", "all"),
      fileVariable("V", "none", { environment: "production" }),
    ];
    expect(valueIn(job, variables)?.value).toBe(expected);
  });

  test("what is raw is not expanded, what is masked is hidden, a file is a path", () => {
    const variables = [
      fileVariable("R", "$V", { raw: true }),
      fileVariable("M", "secret", { masked: true }),
      fileVariable("F", "text", { isFile: true }),
    ];
    const job = compileJob(FILE, "K", { facts: FACTS, fileVariables: variables });
    expect(valuesOf(job.variables)).toMatchObject({ R: "$V" });
    expect(job.variables.get("M")).toMatchObject({ masked: true, isPublic: false });
    expect(job.variables.get("F")).toMatchObject({ value: "/builds/group/project.tmp/F", fileContent: "text" });
  });
});
