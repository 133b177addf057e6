import { describe, expect, test } from "vitest";
import { compileGitlab } from "../../../tests/compile-gitlab.ts";

function findingsOf(service: string): readonly string[] {
  const { diagnostics } = compileGitlab(`unit: {image: a, script: [b], services: [${service}]}\n`);
  return diagnostics.map(({ severity, code, message, hint }) => `${severity} ${code} ${message} (${hint ?? ""})`);
}

describe("an alias that GitLab takes and others refuse (GS-216, K-32)", () => {
  test.each([
    ["my_db", "refused-host-name", "write my-db"],
    ["DB", "refused-host-name", "write db"],
    ["-db-", "refused-host-name", "write db"],
    ["a..b", "refused-host-name", "letters a to z"],
    ["x".repeat(64), "refused-host-name", "letters a to z"],
    ["localhost", "special-host-name", "another name"],
    ["build", "special-host-name", "another name"],
  ])("%s", (alias, code, hint) => {
    const found = findingsOf(`{name: postgres, alias: ${JSON.stringify(alias)}}`);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^warning ${code} .*${hint}`));
  });

  test.each(["db", "db.internal", "a-1", "db primary,replica"])("nothing is said about %s", (alias) => {
    expect(findingsOf(`{name: postgres, alias: ${JSON.stringify(alias)}}`)).toEqual([]);
  });
});

describe("a service's variable that refers to itself (GS-317)", () => {
  test("is told", () => {
    expect(findingsOf('{name: postgres, variables: {P: "$P:/x", Q: "${P}"}}')).toEqual([
      expect.stringMatching(/^warning self-reference variable "P" refers to itself/),
    ]);
  });

  test("two dollars are none", () => {
    expect(findingsOf('{name: postgres, variables: {P: "$$P"}}')).toEqual([]);
  });
});
