import { describe, expect, test } from "vitest";
import { expandParameters } from "./parameter-expansion.ts";

const VALUES: Readonly<Record<string, string>> = {
  mixed: "abcdEFGH28ij",
  upper: "ABCDEFGH28IJ",
  path: "/home/bozo/ideas/thoughts.for.today",
  triple: "abcABC123ABCabc",
  file: "bash.string.txt",
  folder: "path/to/file",
  sha: "0123456789abcdef",
  tag: "v1.2.3",
  slash: "foo/bar/baz",
  empty: "",
};

const expand = (text: string) =>
  expandParameters(text, (name) => (Object.hasOwn(VALUES, name) ? VALUES[name] : undefined));

const vectors: readonly (readonly [string, string])[] = [
  ["abc", "abc"],
  ["${#mixed}", "12"],
  ["${mixed^}", "AbcdEFGH28ij"],
  ["${mixed^^}", "ABCDEFGH28IJ"],
  ["${upper,}", "aBCDEFGH28IJ"],
  ["${upper,,}", "abcdefgh28ij"],
  ["${path:11}", "ideas/thoughts.for.today"],
  ["${path:11:5}", "ideas"],
  ["${sha:0:8}", "01234567"],
  ["${sha:-4}", "0123456789abcdef"],
  ["${sha: -4}", "cdef"],
  ["${sha:99}", ""],
  ["${sha:2:99}", "23456789abcdef"],
  ["${sha:x}", "0123456789abcdef"],
  ["${mixed=abc}", "abcdEFGH28ij"],
  ["${nobody=xyz}", "xyz"],
  ["${nobody:=xyz}", "xyz"],
  ["${nobody:-x y}", "x y"],
  ["${nobody-xyz}", "xyz"],
  ["${empty:-xyz}", "xyz"],
  ["${nobody=${tag}}", "v1.2.3"],
  ["${nobody=a${tag}-b}", "av1.2.3-b"],
  ["${nobody=${mixed^^}}", "ABCDEFGH28IJ"],
  ["${triple/%abc/XYZ}", "abcABC123ABCXYZ"],
  ["${triple/#abc/XYZ}", "XYZABC123ABCabc"],
  ["${triple//abc/xyz}", "xyzABC123ABCxyz"],
  ["${triple/abc/xyz}", "xyzABC123ABCabc"],
  ["${triple/abc}", "ABC123ABCabc"],
  ["${triple/abc/}", "ABC123ABCabc"],
  ["${slash/\\//-}", "foo-bar/baz"],
  ["${slash//\\//-}", "foo-bar-baz"],
  ["${file#*.}", "string.txt"],
  ["${file##*.}", "txt"],
  ["${file%.*}", "bash.string"],
  ["${file%%.*}", "bash"],
  ["${folder#*/}", "to/file"],
  ["${folder##*/}", "file"],
  ["${tag##v}", "1.2.3"],
  ["$${tag}", "${tag}"],
  ["a ${tag}$${x$${tag}$tag${tag}", "a v1.2.3${x${tag}$tagv1.2.3"],
  ["$tag $$ $", "$tag $ $"],
  ["sed 's/a\\/b/'", "sed 's/a\\/b/'"],
];

describe("parameter substitution (DR-286)", () => {
  test.each(vectors)("%s gives %s", (text, expected) => {
    expect(expand(text)).toMatchObject({ text: expected, problems: [] });
  });

  test("unknown names become empty and are told, unless they have a default", () => {
    expect(expand("a${x}b${y:-1}${#z}")).toEqual({ text: "ab10", unknown: ["x", "z"], problems: [] });
  });

  test.each([
    ["a ${tag", "open", "${tag"],
    ["${tag:-x\nb", "open", "${tag:-x"],
    ["${tag@Q} ${tag}", "bad", "${tag@Q}"],
    ["${arr[@]}", "bad", "${arr[@]}"],
    ["${!x}", "bad", "${!x}"],
    ["${}", "bad", "${}"],
  ])("%j is told and stays", (text, kind, written) => {
    const expanded = expand(text);
    expect(expanded.problems).toEqual([{ kind, text: written }]);
    expect(expanded.text).toBe(text.replace(" ${tag}", " v1.2.3"));
  });
});
