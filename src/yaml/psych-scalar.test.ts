import { describe, expect, test } from "vitest";
import { toSourceText } from "../text/source-text.ts";
import { psychValue } from "./psych-scalar.ts";

const source = toSourceText("x", "");

describe("plain scalars as Ruby's Psych reads them (GY-4)", () => {
  test.each([
    ["012", "integer", "10"],
    ["0o17", "integer", "15"],
    ["08", "string", "08"],
    ["0x1F", "integer", "31"],
    ["0b101", "integer", "5"],
    ["1_000", "integer", "1000"],
    ["-7", "integer", "-7"],
    ["+7", "integer", "7"],
    ["1:30", "integer", "90"],
    ["1:30:00", "integer", "5400"],
    ["123456789012345678901234567890", "integer", "123456789012345678901234567890"],
    ["1.10", "float", "1.1"],
    ["1.0", "float", "1.0"],
    ["2.", "float", "2.0"],
    ["1e3", "float", "1000.0"],
    ["1.5e20", "float", "1.5e+20"],
    ["0.00001", "float", "1.0e-05"],
    [".inf", "float", "Infinity"],
    ["-.INF", "float", "-Infinity"],
    [".nan", "float", "NaN"],
    ["yes", "boolean", "true"],
    ["On", "boolean", "true"],
    ["TRUE", "boolean", "true"],
    ["no", "boolean", "false"],
    ["off", "boolean", "false"],
    ["y", "string", "y"],
    ["~", "null", ""],
    ["null", "null", ""],
    ["", "null", ""],
    ["2024-01-01", "date", "2024-01-01"],
    ["2024-01-01 10:00:00 +0200", "date", "2024-01-01 10:00:00 +0200"],
    ["2024-13-01", "string", "2024-13-01"],
    ["1.2.3", "string", "1.2.3"],
    ["ruby:2.6", "string", "ruby:2.6"],
    [".5", "float", "0.5"],
    ["-.25e2", "float", "-25.0"],
    ["+123456", "integer", "123456"],
    [".template-1", "string", ".template-1"],
    ["--flag=1", "string", "--flag=1"],
    [".", "string", "."],
    ["-", "string", "-"],
    ["0", "integer", "0"],
  ])("%s is a %s, printed %s", (text, type, printed) => {
    expect(psychValue({ kind: "scalar", text, plain: true, tag: undefined, source, offset: 0 })).toEqual({
      type,
      text: printed,
    });
  });

  test("quotes make a string of anything", () => {
    const quoted = { kind: "scalar", text: "012", plain: false, tag: undefined, source, offset: 0 } as const;
    expect(psychValue(quoted)).toEqual({ type: "string", text: "012" });
  });

  test("a core tag overrules the looks (GY-8)", () => {
    const scalar = { kind: "scalar", text: "012", plain: true, source, offset: 0 } as const;
    expect(psychValue({ ...scalar, tag: "tag:yaml.org,2002:str" })).toEqual({ type: "string", text: "012" });
    expect(psychValue({ ...scalar, text: "aGk=", tag: "tag:yaml.org,2002:binary" }).text).toBe("hi");
  });
});
