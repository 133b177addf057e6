import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dropControls, keepColours, lastState } from "./control-sequences.ts";
import { takeSectionMarks } from "./sections.ts";
import { shownLine } from "./shown-line.ts";

const E = "\x1b";

describe("control sequences in a log line", () => {
  test.each([
    { name: "plain text", line: "a\tb <b>ü</b>", colours: "a\tb <b>ü</b>", plain: "a\tb <b>ü</b>" },
    { name: "a colour", line: `${E}[31mred${E}[0m x`, colours: `${E}[31mred${E}[0m x`, plain: "red x" },
    { name: "a colour without an end", line: `${E}[1;38:5:9mred`, colours: `${E}[1;38:5:9mred${E}[0m`, plain: "red" },
    { name: "GitLab's reset", line: `${E}[32;1mgo${E}[0;m`, colours: `${E}[32;1mgo${E}[0;m`, plain: "go" },
    { name: "clipboard (OSC 52)", line: `a${E}]52;c;ZXZpbA==\x07b`, colours: "ab", plain: "ab" },
    { name: "a link (OSC 8)", line: `${E}]8;;javascript:x${E}\\text${E}]8;;${E}\\`, colours: "text", plain: "text" },
    { name: "a string without an end", line: `a${E}]0;title`, colours: "a", plain: "a" },
    { name: "cursor and screen", line: `a${E}[2J${E}[1;1H${E}[?25lb${E}7${E}(0c`, colours: "abc", plain: "abc" },
    { name: "a huge CSI", line: `a${E}[${"9;".repeat(5000)}mb`, colours: "ab", plain: "ab" },
    { name: "8-bit forms", line: "a\u009b31mb\u009d52;c;x\u009cc\u0085d", colours: "abcd", plain: "abcd" },
    { name: "bell, backspace, null, delete", line: "a\x07\b\0\x7fb", colours: "ab", plain: "ab" },
    { name: "a private SGR look-alike", line: `${E}[>4;2mx${E}[?1mx`, colours: "xx", plain: "xx" },
    { name: "an escape at the end", line: `a${E}`, colours: "a", plain: "a" },
    { name: "a sequence cut by a line's end", line: `a${E}[3`, colours: "a", plain: "a" },
  ])("$name", ({ line, colours, plain }) => {
    expect(keepColours(line)).toBe(colours);
    expect(dropControls(line)).toBe(plain);
  });

  test("nothing but colours is ever left", () => {
    const unit = fc.constantFrom(
      E,
      "[",
      "]",
      "m",
      "3",
      ";",
      "\\",
      "\x07",
      "P",
      "\u009b",
      "\u009c",
      "x",
      "\r",
      "(",
      "?",
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 30 }), (line) => {
        // oxlint-disable-next-line no-control-regex
        expect(keepColours(line).replaceAll(/\x1b\[[0-9;:]*m/g, "")).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
        // oxlint-disable-next-line no-control-regex
        expect(dropControls(line)).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
      }),
    );
  });

  test.each([
    ["10%\r20%\r30%", "30%"],
    ["10%\r20%\r", "20%"],
    ["plain", "plain"],
    ["\r", ""],
  ])("of a progress bar the last state stays: %j", (line, shown) => {
    expect(lastState(line)).toBe(shown);
  });
});

describe("section marks (GS-802)", () => {
  test("are taken out and told", () => {
    const line = `section_end:2:build\r${E}[0Ksection_start:3:my-test.x[collapsed=true]\r${E}[0KRun the tests`;
    expect(takeSectionMarks(line)).toEqual({
      text: "Run the tests",
      marks: [
        { kind: "end", name: "build", unixSeconds: 2 },
        { kind: "start", name: "my-test.x", unixSeconds: 3 },
      ],
    });
  });

  test("a line with nothing else is not shown, an empty line is", () => {
    expect(shownLine(`section_end:2:build\r${E}[0K`, { colours: false })).toBe(undefined);
    expect(shownLine(`section_end:2:build`, { colours: true })).toBe(undefined);
    expect(shownLine("", { colours: false })).toBe("");
  });

  test("text about sections stays", () => {
    expect(shownLine("see section_start: in the manual", { colours: false })).toBe("see section_start: in the manual");
  });
});
