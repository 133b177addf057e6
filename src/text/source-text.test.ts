import { expect, test } from "vitest";
import { spanAt, toSourceText } from "./source-text.ts";

test("an offset becomes a line and a column, both from 1", () => {
  const source = toSourceText("a.yml", "one\ntwo\n\nfour");
  expect(spanAt(source, 0)).toEqual({ file: "a.yml", line: 1, column: 1 });
  expect(spanAt(source, 5)).toEqual({ file: "a.yml", line: 2, column: 2 });
  expect(spanAt(source, 8)).toEqual({ file: "a.yml", line: 3, column: 1 });
  expect(spanAt(source, 13)).toEqual({ file: "a.yml", line: 4, column: 5 });
});

test("a byte order mark and carriage returns move no line and no column", () => {
  const source = toSourceText("a.yml", "\uFEFFone\r\ntwo\r\n");
  expect(source.text).toBe("one\ntwo\n");
  expect(spanAt(source, 4)).toEqual({ file: "a.yml", line: 2, column: 1 });
});
