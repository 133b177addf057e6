import { expect, test } from "vitest";
import { compileGitlab, compileJob } from "../../../tests/compile-gitlab.ts";

test.each([
  ["none", true],
  ["empty", true],
  ["fetch", undefined],
  ["clone", undefined],
])("GIT_STRATEGY %s (GY-98, GY-287)", (strategy, isEmpty) => {
  const text = `J: {image: i, script: s, variables: {GIT_STRATEGY: ${strategy}}}\n`;
  expect(compileJob(text, "J").workspace.isEmpty).toBe(isEmpty);
  expect(compileGitlab(text).diagnostics).toEqual([]);
});

test.each([
  ["GIT_STRATEGY", "shallow"],
  ["GIT_CHECKOUT", "false"],
  ["GIT_CLONE_PATH", "$CI_BUILDS_DIR/x"],
])("%s: %s is one note for the file", (name, value) => {
  const { diagnostics } = compileGitlab(
    `variables: {${name}: "${value}"}\nA: {image: i, script: s}\nB: {image: i, script: s}\n`,
  );
  expect(diagnostics.map(({ severity, message }) => [severity, message])).toEqual([
    ["note", `${name} is ignored in local runs (jobs: A, B)`],
  ]);
});

test("a secret's variable has the path of a file, and so have texts that refer to it (GY-93, GS-303)", () => {
  const text = `J: {image: i, script: s, variables: {REF: "at $KEY"}, secrets: {KEY: {vault: a/b}, PLAIN: {vault: c, file: false}}}\n`;
  const given = { KEY: { value: "content" }, PLAIN: { value: "plain" } };
  const { variables } = compileJob(text, "J", { variables: given });
  const path = "/builds/group/project.tmp/KEY";
  expect(variables.get("KEY")).toMatchObject({ value: path, fileContent: "content", masked: true, isPublic: false });
  expect(variables.get("REF")?.value).toBe(`at ${path}`);
  expect(variables.get("PLAIN")).toMatchObject({ value: "plain", masked: true });
  expect(variables.get("PLAIN")?.fileContent).toBeUndefined();
});
