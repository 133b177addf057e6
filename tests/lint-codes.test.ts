import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CODE_GROUPS, DIAGNOSTIC_CODES } from "../src/text/diagnostic-codes.ts";
import { readIgnoreComments, withoutIgnored } from "../src/text/ignore-comments.ts";
import { compileDrone } from "./compile-drone.ts";
import { compileGitlab } from "./compile-gitlab.ts";

const ROOT = join(import.meta.dirname, "..");
const page = readFileSync(join(ROOT, "docs/lint.md"), "utf8");

/** Every table of the page under its heading, as `code: meaning`. */
function tableUnder(title: string): readonly string[] {
  const section = page.split(`### ${title}\n`)[1]?.split("\n### ")[0] ?? "";
  return [...section.matchAll(/^\| `([a-z0-9-]+)` *\| (.*?) *\|$/gm)].map((row) => `${row[1]}: ${row[2]}`);
}

describe("docs/lint.md", () => {
  test.each(CODE_GROUPS)("has every code of: $title", ({ title, codes }) => {
    expect(tableUnder(title)).toEqual(Object.entries(codes).map(([code, meaning]) => `${code}: ${meaning}`));
  });

  test("no code stands in two groups, and each group is in alphabetical order", () => {
    const all = CODE_GROUPS.flatMap(({ codes }) => Object.keys(codes));
    expect(all.length).toBe(Object.keys(DIAGNOSTIC_CODES).length);
    for (const { codes } of CODE_GROUPS) expect(Object.keys(codes)).toEqual(Object.keys(codes).toSorted());
  });

  test("every code is used somewhere", () => {
    const folder = join(ROOT, "src");
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
      (name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !name.endsWith("diagnostic-codes.ts"),
    );
    const text = files.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
    const made = [
      "empty-command",
      "empty-entrypoint",
      "invalid-command",
      "invalid-entrypoint",
      "skipped-service",
      "skipped-step",
    ];
    expect(Object.keys(DIAGNOSTIC_CODES).filter((code) => !text.includes(`"${code}"`) && !made.includes(code))).toEqual(
      [],
    );
  });
});

describe("a comment silences findings of every dialect", () => {
  const DRONE =
    "pipeline:\n  build:\n    image: a\n    commands: [b]\n    links: [db]COMMENT\nservices:\n  db: {image: c}\n";
  const GITLAB = "unit:\n  script: [a]\n  variables:COMMENT\n    CI: 'x'\n";

  test("Drone", async () => {
    const codesOf = async (comment: string): Promise<readonly string[]> => {
      const text = DRONE.replace("COMMENT", comment);
      const { comments } = readIgnoreComments(".drone.yml", text);
      return withoutIgnored((await compileDrone(text)).diagnostics, comments).map((one) => one.code);
    };
    expect(await codesOf("")).toContain("links");
    expect(await codesOf(" # outrigger: ignore links")).not.toContain("links");
  });

  test("GitLab", () => {
    const codesOf = (comment: string): readonly string[] => {
      const text = GITLAB.replace("COMMENT", comment);
      const { comments } = readIgnoreComments(".gitlab-ci.yml", text);
      return withoutIgnored(compileGitlab(text).diagnostics, comments).map((one) => one.code);
    };
    expect(codesOf("")).toContain("overrides-predefined");
    expect(codesOf("\n    # outrigger: ignore overrides-predefined")).not.toContain("overrides-predefined");
  });
});
