import { describe, expect, test } from "vitest";
import { toSourceText } from "../text/source-text.ts";
import { psychText } from "./psych-scalar.ts";
import { readYaml, type YamlFile } from "./read-yaml.ts";
import { lineOf, type YamlMapping, type YamlNode } from "./yaml-node.ts";

const OPTIONS = {
  localTags: new Set(["!reference"]),
  limits: { maxBytes: 1_000_000, maxNodes: 100_000, maxDepth: 100 },
  scalars: { toKey: psychText, findProblem: () => undefined },
};

function read(text: string): YamlFile {
  return readYaml(toSourceText("f.yml", text), OPTIONS);
}

function plain(node: YamlNode | undefined): unknown {
  if (node === undefined) return undefined;
  if (node.kind === "scalar") return node.text;
  if (node.kind === "sequence") return node.items.map(plain);
  return Object.fromEntries([...node.entries].map(([name, { value }]) => [name, plain(value)]));
}

function problems(text: string): readonly string[] {
  return read(text).diagnostics.map(({ severity, code, at }) => `${severity} ${code} ${at.line}:${at.column}`);
}

describe("merge keys (GY-6)", () => {
  test("explicit keys win wherever they stand, and of a list the earlier mapping", () => {
    const text = "a: &a {x: 1, y: 1}\nb: &b {x: 2, z: 2}\nc:\n  y: own\n  <<: [*a, *b]\n  z: own\n";
    expect(plain(read(text).documents[0])).toMatchObject({ c: { x: "1", y: "own", z: "own" } });
    expect(read(text).diagnostics).toEqual([]);
  });

  test("what is no mapping stays under its key", () => {
    expect(plain(read("a:\n  <<: text\n").documents[0])).toEqual({ a: { "<<": "text" } });
  });

  test("an anchor used 5,000 times is no attack", () => {
    const jobs = Array.from({ length: 5000 }, (_, index) => `j${index}:\n  <<: *d\n`).join("");
    const file = read(`d: &d {a: 1, b: 2}\n${jobs}`);
    expect(file.diagnostics).toEqual([]);
    expect((file.documents[0] as YamlMapping).entries.size).toBe(5001);
  });
});

describe("what is wrong with a file, and where", () => {
  test.each([
    ["an open bracket (GY-10)", "a: [b\n", "error yaml-syntax 2:1"],
    ["tabs for indentation", "a:\n\tb: c\n", "error yaml-syntax 2:1"],
    ["nested mappings in one line", "a: b: c\n", "error yaml-syntax 1:4"],
    ["an unknown alias (GY-6)", "a: 1\nb: *x\n", "error yaml-unknown-alias 2:4"],
    ["an alias of itself", "a: &x\n  b: *x\n", "error yaml-unknown-alias 2:6"],
    ["an unknown tag (GY-8)", "a: !secret b\n", "error yaml-unknown-tag 1:12"],
    ["a duplicate key (GY-7)", "a: 1\nb: 2\na: 3\n", "warning yaml-duplicate-key 3:1"],
    ["a duplicate key under another spelling", "1: a\n0x1: b\n", "warning yaml-duplicate-key 2:1"],
    ["a list as key", "? [a]\n: b\n", "error yaml-key 1:3"],
    ["bytes that are no UTF-8", "a: \uFFFD\n", "error not-utf-8 1:4"],
    ["a NUL character", "a: b\0\n", "error not-utf-8 1:5"],
  ])("%s", (_name, text, expected) => {
    expect(problems(text)[0]).toBe(expected);
  });

  test("tabs are named in the hint", () => {
    expect(read("a:\n\tb: c\n").diagnostics[0]?.hint).toContain("tabs are not allowed");
  });

  test("the last of two equal keys wins (GY-7)", () => {
    expect(plain(read("a: 1\na: 2\n").documents[0])).toEqual({ a: "2" });
  });
});

describe("limits (GY-9)", () => {
  const cheap = (text: string): YamlFile => {
    const started = process.hrtime.bigint();
    const file = read(text);
    expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(2000);
    return file;
  };

  test("a file that is too large is refused before it is parsed", () => {
    const file = cheap("a: b\n".repeat(1_000_000));
    expect(file.diagnostics[0]).toMatchObject({ code: "yaml-too-big", severity: "error" });
    expect(file.diagnostics[0]?.message).toContain("4.8 MiB");
  });

  test.each([
    [
      "in lists",
      (name: string, last: string) =>
        `${name}: &${name} [${Array.from({ length: 10 }, () => `*${last}`).join(", ")}]\n`,
    ],
    [
      "in mappings",
      (name: string, last: string) =>
        `${name}: &${name} {${[..."abcdefghij"].map((key) => `${key}: *${last}`).join(", ")}}\n`,
    ],
  ])("aliases of aliases %s are counted, never written out", (_where, line) => {
    let text = "l0: &l0 [x, x]\n";
    for (let level = 1; level < 40; level += 1) text += line(`l${level}`, `l${level - 1}`);
    expect(cheap(text).diagnostics.map((problem) => problem.code)).toEqual(["yaml-too-big"]);
  });

  test("merge keys cannot copy without end", () => {
    const keys = Array.from({ length: 5000 }, (_, index) => `k${index}: v`).join(", ");
    const text = `a: &a {${keys}}\n${Array.from({ length: 5000 }, (_, index) => `j${index}: {<<: *a}\n`).join("")}`;
    expect(cheap(text).diagnostics.map((problem) => problem.code)).toEqual(["yaml-too-big"]);
  });

  test.each([150, 50_000])("%d levels are too deep", (levels) => {
    const file = cheap(`a: ${"[".repeat(levels)}${"]".repeat(levels)}\n`);
    expect(file.diagnostics.map((problem) => problem.code)).toEqual(["yaml-too-deep"]);
  });
});

test("every node knows its line, in CRLF files too", () => {
  const root = read("\uFEFFa: 1\r\nb:\r\n  - x\r\n  - y\r\n").documents[0] as YamlMapping;
  const list = root.entries.get("b")?.value;
  expect(list?.kind === "sequence" ? list.items.map(lineOf) : []).toEqual([3, 4]);
});

test("documents are kept apart, anchors too", () => {
  expect(read("a: 1\n---\nb: 2\n").documents.map(plain)).toEqual([{ a: "1" }, { b: "2" }]);
  expect(problems("a: &x 1\n---\nb: *x\n")).toEqual(["error yaml-unknown-alias 3:4"]);
});

test("comments alone are a document of nothing", () => {
  expect(plain(read("# nothing\n").documents[0] ?? undefined) ?? "").toBe("");
});
