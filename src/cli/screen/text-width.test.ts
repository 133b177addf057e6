import { describe, expect, test } from "vitest";
import { createLook } from "./look.ts";
import { cutLine, padTo, shortenName, textWidth, wrapText } from "./text-width.ts";

describe("width on a terminal", () => {
  test.each([
    ["abc", 3],
    ["\x1b[31mabc\x1b[0m", 3],
    ["日本", 4],
    ["é", 1],
    ["👍 ok", 5],
    ["ﬀ", 1],
  ])("%j takes %i cells", (text, cells) => {
    expect(textWidth(text)).toBe(cells);
  });

  test("names are shortened in the middle", () => {
    expect(shortenName("registry.example.com/group/postgres:15", 20, "…")).toBe("registry.e…stgres:15");
    expect(shortenName("postgres:15", 20, "…")).toBe("postgres:15");
    expect(textWidth(shortenName("日本語日本語日本語", 7, "…"))).toBeLessThanOrEqual(7);
  });

  test("lines are cut by cells, and keep their colours", () => {
    expect(cutLine("\x1b[31mabcdef\x1b[0m", 3)).toBe("\x1b[31mabc\x1b[0m");
    expect(cutLine("日本語", 3)).toBe("日");
    expect(cutLine("abcdef", 4, "…")).toBe("abc…");
    expect(cutLine("abcd", 4, "…")).toBe("abcd");
    expect(cutLine("ab\x1b[31mcdef\x1b[0mgh", 5, "...")).toBe("ab\x1b[31m...\x1b[0m");
    expect(padTo("日", 4)).toBe("日  ");
  });

  test("texts are wrapped at spaces, and long words where the line ends", () => {
    expect(wrapText("one two three", 8)).toEqual(["one two", "three"]);
    expect(wrapText("abcdefghij kl", 4)).toEqual(["abcd", "efgh", "ij", "kl"]);
    expect(wrapText("", 8)).toEqual([""]);
  });
});

test("names of one run get different colours, and the same in the next run", () => {
  const names = ["test", "test:db", "test:cache", "build", "lint", "deploy"];
  const paint = () => createLook({ colours: true, ascii: false, columns: 80, names }).paint;
  const colours = names.map((name) => paint().name(name, ""));
  expect(new Set(colours).size).toBe(names.length);
  // oxlint-disable-next-line no-control-regex
  for (const colour of colours) expect(colour).not.toMatch(/\x1b\[(?:3|9)[123]m/);
});
