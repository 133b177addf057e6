import { describe, expect, test } from "vitest";
import { compileGitlab } from "../../../../tests/compile-gitlab.ts";
import type { FileAnswer, FileFailure, FileRequest } from "../../files.ts";

describe("exists in another project (GY-166)", () => {
  const asked: FileRequest[] = [];
  const looking = (exists: string, answer: FileAnswer) => {
    asked.length = 0;
    const fetch = (request: FileRequest): FileAnswer => {
      asked.push(request);
      return answer;
    };
    const text = `J: {image: i, script: s, variables: {P: g/p, F: Dockerfile}, rules: [{exists: ${exists}}]}\n`;
    const { pipeline, diagnostics } = compileGitlab(text, { facts: { branch: "main" }, fetch });
    const told = diagnostics.map(({ severity, at, message }) => `${severity} ${at.column} ${message}`);
    return { isIn: pipeline?.jobs[0]?.when !== "never", told };
  };
  const failed = (reason: FileFailure["reason"]): FileAnswer => ({ kind: "failed", failure: { reason } });

  test("its files are asked for, with the job's variables put in", () => {
    const exists = "{project: $P/x, ref: '$F', paths: [$F, $NONE]}";
    expect(looking(exists, { kind: "names", names: ["Dockerfile"] })).toEqual({ isIn: true, told: [] });
    const server = expect.stringContaining("https://");
    const patterns = ["Dockerfile", "$NONE"];
    expect(asked).toContainEqual({
      kind: "exists-elsewhere",
      server,
      project: "g/p/x",
      ref: "Dockerfile",
      patterns,
    });
    expect(looking(exists, { kind: "names", names: [] })).toEqual({ isIn: false, told: [] });
    expect(looking(exists, { kind: "too-many" })).toEqual({ isIn: true, told: [] });
  });

  test.each<readonly [string, FileAnswer, boolean, string]>([
    [
      "{project: g/q, paths: [a]}",
      failed("no-project"),
      false,
      "error 89 rules:exists:project `g/q` is not a valid project path",
    ],
    [
      "{project: g/q, ref: v9, paths: [a]}",
      failed("no-ref"),
      false,
      "error 99 rules:exists:ref `v9` is not a valid ref in project `g/q`",
    ],
    [
      "{project: g/q, paths: [a]}",
      failed("offline"),
      true,
      "note 89 not fetched (offline): the files of project `g/q`",
    ],
  ])("%s with %j is told", (exists, answer, isIn, message) => {
    expect(looking(exists, answer)).toEqual({ isIn, told: [message] });
  });
});
