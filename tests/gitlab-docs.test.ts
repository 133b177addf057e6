import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { keywordRows } from "./gitlab-keyword-rows.ts";

/** The cells of the first table of a text, without its head. */
function rowsOf(markdown: string): readonly (readonly string[])[] {
  const lines = markdown.split("\n");
  const head = lines.findIndex((line) => line.startsWith("| keyword "));
  const end = lines.findIndex((line, index) => index > head && !line.startsWith("|"));
  return lines.slice(head + 2, end).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test("the table in docs/gitlab.md says what the keyword table says (GY-247)", () => {
  const documented = rowsOf(readFileSync(new URL("../docs/gitlab.md", import.meta.url), "utf8"));
  expect(documented).toEqual(keywordRows());
});
