import { describe, expect, test } from "vitest";
import { parseDotenvReport } from "./parse-dotenv-report.ts";
import { parseJunit } from "./parse-junit.ts";

describe("dotenv reports (GY-215, GY-253)", () => {
  test.each([
    ["A=1\nB=two words\n", { A: "1", B: "two words" }],
    ["A=1\r\nB=2\r\n", { A: "1", B: "2" }],
    ["\n\nA=\n", { A: "" }],
    ['A=\'x y\'\nB="q"\nC="open', { A: "x y", B: "q", C: '"open' }],
    ["A=b=c\nA=last", { A: "last" }],
    ["HOME_IS=$HOME ${X}", { HOME_IS: "$HOME ${X}" }],
  ])("%j", (text, variables) => {
    expect(Object.fromEntries(parseDotenvReport(text, "f"))).toEqual(variables);
  });

  test.each([
    ["# comment", 'dotenv report "f", line 1: Invalid Format'],
    ["A=1\n\nno equals", 'dotenv report "f", line 3: Invalid Format'],
    ["A B=1", "Validation failed: Key can contain only letters, digits and '_'."],
    [" A=1", "Validation failed: Key can contain only letters, digits and '_'."],
    ["=1", "Validation failed: Key can contain only letters, digits and '_'."],
  ])("%j is refused", (text, message) => {
    expect(() => parseDotenvReport(text, "f")).toThrow(message);
  });
});

describe("JUnit reports (GY-216)", () => {
  test.each([
    ['<testsuite><testcase name="a"/><testcase name="b"></testcase></testsuite>', 2, 0, []],
    ['<testcase classname="c.D" name="a"><failure message="x > y">text</failure></testcase>', 1, 0, ["c.D › a"]],
    ["<testcase name='a'><error/></testcase><testcase name='b'><skipped/></testcase>", 2, 1, ["a"]],
    ['<testcase name="a"><failure/><error/></testcase>', 1, 0, ["a"]],
    ['<testcase name="&lt;a&gt; &amp;&#65;&#x42;"><failure/></testcase>', 1, 0, ["<a> &AB"]],
    ['<testcase name="a"><system-out><![CDATA[<failure/>]]></system-out></testcase><!-- <testcase/> -->', 1, 0, []],
    ['<testcase name="a"/><failure/>', 1, 0, []],
    ['<testsuite><testcase name="cut"><failure message="in the mid', 1, 0, []],
    ["no xml at all < > &", 0, 0, []],
  ])("%s", (xml, total, skipped, failures) => {
    expect(parseJunit(xml)).toEqual({ total, skipped, failed: failures.length, failures });
  });

  test("takes time linear to the report, whatever is in it", () => {
    const nasty = `<testcase ${'a="'.repeat(50_000)}`;
    expect(parseJunit(nasty).total).toBe(0);
    expect(parseJunit('<testcase name="a"/>'.repeat(20_000)).total).toBe(20_000);
  });
});
