import { describe, expect, test } from "vitest";
import { type GlobStyle, matchesGlob } from "./glob.ts";

const cases: readonly (readonly [GlobStyle, string, string, boolean])[] = [
  ["path", "main", "main", true],
  ["path", "main", "maint", false],
  ["path", "release/*", "release/1.0", true],
  ["path", "release/*", "release/1/0", false],
  ["path", "*", "feature/x", false],
  ["path", "**", "feature/x", false],
  ["path", "v?.[0-9]", "v1.2", true],
  ["path", "v[^0-9]", "v1", false],
  ["path", "v[!0-9]", "vx", true],
  ["path", "a\\*b", "a*b", true],
  ["path", "a\\*b", "axb", false],
  ["path", "a[b", "a[b", true],
  ["path", "", "", true],
  ["path", "{a,b}", "a", false],
  ["doublestar", "**", "feature/x", true],
  ["doublestar", "refs/tags/**", "refs/tags/v1/x", true],
  ["doublestar", "a/**/b", "a/b", true],
  ["doublestar", "a/**/b", "a/x/y/b", true],
  ["doublestar", "a/**/b", "a/xb", false],
  ["doublestar", "feature/*", "feature/a/b", false],
  ["doublestar", "{main,release/*}", "release/2", true],
  ["doublestar", "{main,release/*}", "dev", false],
  ["doublestar", "v{1,2}.{0,1}", "v2.1", true],
  ["fnmatch", "src/**/*.{js,{ts,tsx}}", "src/a/b/c.tsx", true],
  ["fnmatch", "src/**/*.{js,{ts,tsx}}", "src/c.js", true],
  ["fnmatch", "src/**/*.{js,{ts,tsx}}", "src/c.jsx", false],
  ["fnmatch", "{a,{b", "{a,{b", true],
  ["fnmatch", "{{a,b}", "{b", true],
  ["fnmatch", "dir/**", "dir/a", true],
  ["fnmatch", "dir/**", "dir/a/b", false],
  ["fnmatch", "dir/**/*", "dir/a/b", true],
  ["fnmatch", "dir", "dir/a", false],
  ["fnmatch", "*", ".env", true],
  ["fnmatch", "*.md", "docs/a.md", false],
  ["fnmatch", "**/*.md", "a.md", true],
  ["fnmatch", "README.md", "readme.md", false],
  ["fnmatch", "[a-c]?.txt", "b1.txt", true],
  ["text", "*/", "path/to/", true],
  ["text", "?", "/", true],
];

describe("patterns of branches, events and references (DR-243)", () => {
  test.each(cases)("%s: %s against %s is %s", (style, pattern, text, expected) => {
    expect(matchesGlob(pattern, text, style)).toBe(expected);
  });

  test("a pattern made to be slow is not", () => {
    const startedAt = performance.now();
    expect(matchesGlob(`${"*a".repeat(60)}b`, "a".repeat(4000), "text")).toBe(false);
    expect(matchesGlob("{".repeat(5000) + "}".repeat(5000), "a", "fnmatch")).toBe(false);
    expect(matchesGlob("{a,b}".repeat(40), "a".repeat(40), "doublestar")).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});
