import { describe, expect, test } from "vitest";
import { compileGitlab } from "../../../tests/compile-gitlab.ts";

function compile(own: string): ReturnType<typeof compileGitlab> {
  const job = "test:\n  image: busybox\n  services:\n    - {name: postgres:16, alias: db}\n  script: [a]\n";
  return compileGitlab(`${job}.outrigger:\n  services:\n    db: ${own}\n`);
}

describe("what a file says about its services under .outrigger", () => {
  test.each([
    ["{ready: none}", { probe: { kind: "none" } }],
    ["{ready: {tcp: 5433}}", { probe: { kind: "tcp", ports: [5433] } }],
    ["{ready: {tcp: [1, 2]}, timeout: 2m}", { probe: { kind: "tcp", ports: [1, 2] }, timeoutMs: 120_000 }],
    ["{ready: {command: [pg_isready, -q]}}", { probe: { kind: "command", argv: ["pg_isready", "-q"] } }],
    [
      "{ready: {http: 'http://127.0.0.1:80/x'}, timeout: 5}",
      { probe: { kind: "http", url: "http://127.0.0.1:80/x" }, timeoutMs: 5_000 },
    ],
  ])("%s", (own, expected) => {
    const { pipeline, diagnostics } = compile(own);
    expect(diagnostics).toEqual([]);
    expect(pipeline?.jobs[0]?.services[0]?.ownReadiness).toEqual(expected);
  });

  test.each([
    ["{ready: later}", ".outrigger:services:db:ready config should be"],
    ["{ready: {tcp: 0}}", ".outrigger:services:db:ready:tcp config should be a port"],
    ["{ready: {tcp: 1, http: 'http://x/'}}", "should be none, or one of tcp, http, command"],
    ["{ready: {http: nowhere}}", "should be a URL"],
    ["{ready: {command: pg_isready}}", "should be a list: the program and its arguments"],
    ["{timeout: soon}", "should be a duration"],
    ["{redy: none}", "contains unknown keys: redy"],
    ["[1]", ".outrigger:services:db config should be a hash"],
  ])("%s is an error with its place", (own, message) => {
    const { diagnostics } = compile(own);
    expect(diagnostics).toMatchObject([{ severity: "error", at: { line: 8 } }]);
    expect(diagnostics[0]?.message).toContain(message);
  });
});
