import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../text/diagnostic.ts";
import { toCodeQuality } from "./code-quality.ts";
import type { ReportedFiles } from "./report-place.ts";
import { toSarif } from "./sarif.ts";

const FILES: ReportedFiles = {
  cwd: "/work/shop/ci",
  projectFolder: "/work/shop",
  included: new Map([
    ["https://ci.example/base.yml", { text: "", includedAt: { file: ".gitlab-ci.yml", line: 2, column: 3 } }],
    [
      "https://ci.example/deep.yml",
      { text: "", includedAt: { file: "https://ci.example/base.yml", line: 9, column: 1 } },
    ],
  ]),
};

function found(file: string, line: number, over: Partial<Diagnostic> = {}): Diagnostic {
  return { severity: "warning", code: "links", message: "m", at: { file, line, column: 5 }, ...over };
}

const FINDINGS: readonly Diagnostic[] = [
  found(".gitlab-ci.yml", 3, { severity: "error", code: "unknown-key", hint: 'did you mean "b"?' }),
  found("../my ci/ä.yml", 4, { severity: "note" }),
  found("https://ci.example/deep.yml", 7),
  found(".gitlab-ci.yml", 8),
  found(".gitlab-ci.yml", 9),
];

describe("a Code Quality report for GitLab", () => {
  const issues: readonly Record<string, unknown>[] = JSON.parse(toCodeQuality(FINDINGS, FILES));

  test("has what GitLab asks of every issue, with paths from the repository's top", () => {
    for (const issue of issues) {
      expect(issue).toMatchObject({ description: expect.any(String), check_name: expect.any(String) });
      expect(["info", "minor", "major", "critical", "blocker"]).toContain(issue["severity"]);
      expect(issue["fingerprint"]).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(issues.map((issue) => issue["location"])).toEqual([
      { path: "ci/.gitlab-ci.yml", lines: { begin: 3 } },
      { path: "my ci/ä.yml", lines: { begin: 4 } },
      { path: "ci/.gitlab-ci.yml", lines: { begin: 2 } },
      { path: "ci/.gitlab-ci.yml", lines: { begin: 8 } },
      { path: "ci/.gitlab-ci.yml", lines: { begin: 9 } },
    ]);
  });

  test("an included file from elsewhere stands at its include, and is named", () => {
    expect(issues[2]?.["description"]).toBe("m (https://ci.example/deep.yml:7)");
  });

  test("fingerprints are all different, and stay when lines move", () => {
    const prints = issues.map((issue) => issue["fingerprint"]);
    expect(new Set(prints).size).toBe(prints.length);
    const moved = FINDINGS.map((one) => ({ ...one, at: { ...one.at, line: one.at.line + 10 } }));
    const again: readonly Record<string, unknown>[] = JSON.parse(toCodeQuality(moved, FILES));
    expect(again.map((issue) => issue["fingerprint"])).toEqual(prints);
  });

  test("nothing found is an empty list", () => {
    expect(JSON.parse(toCodeQuality([], FILES))).toEqual([]);
  });
});

describe("SARIF 2.1.0", () => {
  const log = JSON.parse(toSarif(FINDINGS, FILES, "1.2.3"));

  test("has the members that its schema requires", () => {
    expect(log).toMatchObject({
      version: "2.1.0",
      runs: [{ tool: { driver: { name: "Outrigger", version: "1.2.3" } } }],
    });
    expect(Object.keys(log).toSorted()).toEqual(["$schema", "runs", "version"]);
    const [run] = log.runs;
    for (const rule of run.tool.driver.rules) expect(rule).toMatchObject({ id: expect.any(String) });
    for (const result of run.results) {
      expect(result.message.text).not.toBe("");
      expect(["none", "note", "warning", "error"]).toContain(result.level);
      expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
      const { region } = result.locations[0].physicalLocation;
      expect(Math.min(region.startLine, region.startColumn)).toBeGreaterThanOrEqual(1);
    }
  });

  test("a path is a reference as URIs are written, and a hint follows the message", () => {
    const [first, second] = log.runs[0].results;
    expect(second.locations[0].physicalLocation.artifactLocation.uri).toBe("my%20ci/%C3%A4.yml");
    expect(first.message.text).toBe('m; did you mean "b"?');
  });
});
