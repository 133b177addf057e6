import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CompileChoices, commandsOf, compileGitlab, compileJob } from "../../../../tests/compile-gitlab.ts";

/** A file with a header, and a job that echoes one text. */
function fileWith(spec: string, text: string): string {
  return `spec:\n  inputs: ${spec}\n---\nJ: {image: i, script: [${JSON.stringify(text)}]}\n`;
}

function echoOf(spec: string, text: string, choices: CompileChoices = {}): string | undefined {
  return commandsOf(compileJob(fileWith(spec, text), "J", choices))[0];
}

function errorsOf(text: string, choices: CompileChoices = {}): readonly string[] {
  const { diagnostics } = compileGitlab(text, { files: {}, ...choices });
  return diagnostics
    .filter((one) => one.severity === "error")
    .map(({ at, message }) => `${at.file}:${at.line} ${message}`);
}

describe("inputs of the pipeline file (GY-65 to GY-77)", () => {
  test.each([
    ["{a: }", "say $[[ inputs.a ]]", { a: "x" }, "say x"],
    ["{a: {default: d}}", "$[[inputs.a]]", {}, "d"],
    ["{a: {default: d}}", "$[[ inputs.a ]]", { a: "x" }, "x"],
    ["{a: {default: null}}", "a$[[ inputs.a ]]b", {}, "ab"],
    ["{n: {type: number}}", "n=$[[ inputs.n ]]", { n: "42" }, "n=42"],
    ["{b: {type: boolean, default: yes}}", "b=$[[ inputs.b ]]", {}, "b=true"],
    ["{l: {type: array}}", "l=$[[ inputs.l ]]", { l: '["a", 1]' }, 'l=["a",1]'],
    ["{a: , b: }", "$[[ inputs.a ]]-$[[ inputs.b ]]-$[[ inputs.a ]]", { a: "1", b: "2" }, "1-2-1"],
    ["{a: {options: [x, y]}}", "$[[ inputs.a ]]", { a: "y" }, "y"],
    ["{a: {regex: '^v[0-9]+$'}}", "$[[ inputs.a ]]", { a: "v12" }, "v12"],
    ["{a: }", "$[[ ]] $[[ matrix.X ]] $[[\\ninputs.a ]]", { a: "x" }, "$[[ ]] $[[ matrix.X ]] $[[\\ninputs.a ]]"],
  ])("%s in %j with %j", (spec, text, inputs, result) => {
    expect(echoOf(spec, text.replaceAll("\\n", "\n"), { inputs })).toBe(result.replaceAll("\\n", "\n"));
  });

  test("a file of inputs is typed as it is written; the command line wins", () => {
    const spec = "{n: {type: number}, a: , l: {type: array}}";
    const choices = { inputFile: "n: 3\na: file\nl: [x]\n", inputs: { a: "line" } };
    expect(echoOf(spec, "$[[ inputs.n ]] $[[ inputs.a ]] $[[ inputs.l ]]", choices)).toBe('3 line ["x"]');
  });

  test("a block alone keeps the value's type (GY-72, GY-273)", () => {
    const text = `spec: {inputs: {l: {type: array, default: [a, b]}, f: {type: boolean, default: true}, n: {type: number, default: 2}}}
---
J:
  image: i
  script: $[[ inputs.l ]]
  allow_failure: "$[[ inputs.f ]]"
  retry: $[[ inputs.n ]]
`;
    const job = compileJob(text, "J");
    expect(commandsOf(job)).toEqual(["a", "b"]);
    expect(job.allowFailure).toBe(true);
    expect(job.retry.max).toBe(2);
  });

  test("a block may stand in a key, and before references and extends are resolved", () => {
    const text = `spec: {inputs: {name: {default: unit}}}
---
.$[[ inputs.name ]]-base: {image: i, script: [one]}
"$[[ inputs.name ]] test": {extends: ".$[[ inputs.name ]]-base", script: [!reference [".$[[ inputs.name ]]-base", script]]}
`;
    expect(commandsOf(compileJob(text, "unit test"))).toEqual(["one"]);
  });

  test("a file without a header has no blocks", () => {
    expect(commandsOf(compileJob('J: {image: i, script: ["$[[ inputs.a ]]"]}\n', "J"))).toEqual(["$[[ inputs.a ]]"]);
  });
});

describe("functions of a block (GY-73)", () => {
  test.each([
    ["a | truncate(1,2)", "bc"],
    ["a | truncate(0, 99)", "abcd"],
    ["q | posix_escape", "it\\'s\\ \\$5"],
    ["q | posix_quote", "'it'\\''s $5'"],
    ["v | expand_vars", "main and $OTHER"],
    ["a | expand_vars | truncate(0,1) | posix_quote", "'a'"],
  ])("%s", (block, result) => {
    const spec = `{a: {default: abcd}, q: {default: "it's $5"}, v: {default: $CI_COMMIT_BRANCH and $OTHER}}`;
    expect(echoOf(spec, `$[[ inputs.${block} ]]`, { facts: { branch: "main" } })).toBe(result);
  });

  test("split makes a list", () => {
    const text = "spec: {inputs: {a: {default: 'x,y'}}}\n---\nJ: {image: i, script: '$[[ inputs.a | split(,) ]]'}\n";
    expect(commandsOf(compileJob(text, "J"))).toEqual(["x", "y"]);
  });

  test.each([
    ["a | nope", "no function matching `nope`: check that the function name, arguments, and types are correct"],
    ["a | truncate(x)", "no function matching `truncate(x)`: check that"],
    ["n | posix_escape", "no function matching `posix_escape`: check that"],
    ["a | posix_quote | posix_quote | posix_quote | posix_quote", "too many functions in interpolation block"],
    ["m | expand_vars", "error in `expand_vars` function: masked variables cannot be expanded"],
    ["zzz", "unknown interpolation key: `zzz`"],
    ["a.b", "unknown interpolation key: `a.b`"],
  ])("%s: %s", (block, message) => {
    const spec = "{a: {default: x}, n: {type: number, default: 1}, m: {default: $KEY}}";
    const variables = { KEY: { value: "sesame", masked: true } };
    expect(errorsOf(fileWith(spec, `$[[ inputs.${block} ]]`), { variables })[0]).toContain(
      `.gitlab-ci.yml:4 ${message}`,
    );
  });

  test.each([
    ["inputs", "invalid interpolation access pattern"],
    ["other.x", "unknown interpolation key: `other`"],
    ["component.name", "unknown interpolation key: `name`"],
    [`inputs.${"x".repeat(1024)}`, "maximum interpolation expression size exceeded"],
  ])("$[[ %s ]]: %s", (block, message) => {
    expect(errorsOf(fileWith("{a: {default: x}}", `$[[ ${block} ]]`))).toEqual([`.gitlab-ci.yml:4 ${message}`]);
  });

  test("at most three errors and 10,000 blocks a file (GY-74)", () => {
    expect(
      errorsOf(fileWith("{a: }", "$[[ inputs.b ]] $[[ inputs.c ]] $[[ inputs.d ]] $[[ inputs.e ]]"), {
        inputs: { a: "" },
      }),
    ).toHaveLength(3);
    expect(errorsOf(fileWith("{a: {default: x}}", "$[[ inputs.a ]]".repeat(10_001)))).toEqual([
      ".gitlab-ci.yml:4 too many interpolation blocks",
    ]);
  });

  test("brackets that nobody closes are no work", () => {
    const text = "$[[ a\n".repeat(100_000);
    expect(echoOf("{a: {default: x}}", text)).toBe(text);
  });
});

test("no header and no block makes it throw or hang", () => {
  const piece = fc.constantFrom(
    ...["spec:", "inputs:", "a:", "type: number", "default: 1", "options: [1]", "rules: [{if: $[[ inputs.a ]]}]"],
    ...[
      "\n",
      "\n  ",
      "\n    ",
      "\n---\n",
      "J: ",
      "script: ",
      "$[[",
      "]]",
      "inputs.a",
      "|",
      "split(",
      ")",
      "component.sha",
    ],
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 2 })), { maxLength: 30 }), (pieces) => {
      const { diagnostics } = compileGitlab(`spec:\n  inputs:\n    a:${pieces.join("")}`, {
        inputs: { a: "x" },
        files: {},
      });
      expect(diagnostics.length).toBeGreaterThan(0);
    }),
  );
});

describe("what is wrong with inputs (GY-65 to GY-70)", () => {
  test.each([
    ["{a: }", {}, "`a` input: required value has not been provided"],
    ["{a: {type: number}}", { a: "x" }, "`a` input: provided value is not a number"],
    ["{a: {type: boolean}}", { a: "1" }, "`a` input: provided value is not a boolean"],
    ["{a: {type: array}}", { a: "x" }, "`a` input: provided value is not an array"],
    ["{a: {type: number, default: x}}", {}, "`a` input: default value is not a number"],
    ["{a: {default: 5}}", {}, "`a` input: default value is not a string"],
    [
      "{a: {options: [x]}}",
      { a: "y" },
      "`a` input: `y` cannot be used because it is not in the list of allowed options",
    ],
    ["{a: {options: [x], default: y}}", {}, "`a` input: `default` value is not in the list of allowed options"],
    ["{a: {regex: ^x$}}", { a: "xy" }, "`a` input: provided value does not match required RegEx pattern"],
    ["{a: {regex: ^x$, default: y}}", {}, "`a` input: default value does not match required RegEx pattern"],
    ["{a: {regex: '(?=x)'}}", { a: "x" }, "`a` input: invalid regular expression"],
    ["{a: {foo: 1, default: x}}", {}, "header:spec:inputs:a config contains unknown keys: foo"],
    ["{a: {type: text}}", { a: "x" }, "header:spec:inputs:a input type unknown value: text"],
    ["{a: {options: [x, null]}}", { a: "x" }, "header:spec:inputs:a options array cannot contain null values"],
    [`{a: {options: [${"x,".repeat(51)}]}}`, { a: "x" }, "header:spec:inputs:a cannot define more than 50 options"],
    [
      "{a: {rules: [{default: x}], default: y}}",
      {},
      "header:spec:inputs:a these keys cannot be used together: rules, default",
    ],
    ["[a]", {}, "header:spec:inputs config should be a hash"],
    ["{a: {default: x}}", { b: "y" }, "unknown input arguments: b"],
  ])("%s with %j: %s", (spec, inputs, message) => {
    const [first] = errorsOf(fileWith(spec, "x"), { inputs });
    expect(first?.replace(/^\S+ /, "")).toBe(message);
  });

  test("a header alone is an empty file (GY-274)", () => {
    expect(errorsOf("spec: {inputs: {a: }}\n---\n")).toEqual([
      ".gitlab-ci.yml:1 Please provide content of .gitlab-ci.yml",
    ]);
  });

  test("options and default that depend on other inputs", () => {
    const spec =
      "{size: {rules: [{if: '$[[ inputs.env ]] == \"prod\"', options: [large], default: large}, {default: small}]}, env: {default: test}}";
    expect(echoOf(spec, "$[[ inputs.size ]]")).toBe("small");
    expect(echoOf(spec, "$[[ inputs.size ]]", { inputs: { env: "prod" } })).toBe("large");
    expect(errorsOf(fileWith(spec, "x"), { inputs: { env: "prod", size: "small" } })[0]).toContain("cannot be used");
  });
});

describe("inputs of an included file (GY-57)", () => {
  const file =
    "spec: {inputs: {name: , count: {type: number, default: 1}}}\n---\n$[[ inputs.name ]]:\n  image: i\n  script: s\n  retry: $[[ inputs.count ]]\n";

  test("the same file twice, each with its own values", () => {
    const text = "include:\n  - {local: f.yml, inputs: {name: A, count: 2}}\n  - {local: f.yml, inputs: {name: B}}\n";
    const { pipeline, diagnostics } = compileGitlab(text, { files: { "f.yml": file } });
    expect(diagnostics).toEqual([]);
    expect(pipeline?.jobs.map((job) => [job.name, job.retry.max])).toEqual([
      ["A", 2],
      ["B", 1],
    ]);
  });

  test.each([
    ["89", "{local: f.yml}", ".gitlab-ci.yml:1 `f.yml`: `name` input: required value has not been provided"],
    [
      "90",
      "{local: f.yml, inputs: {name: A, count: x}}",
      ".gitlab-ci.yml:1 `f.yml`: `count` input: provided value is not a number",
    ],
    ["91", "{local: bad.yml}", "bad.yml:3 `bad.yml`: unknown interpolation key: `zzz`"],
    ["GY-57", "{local: plain.yml, inputs: {a: b}}", ".gitlab-ci.yml:1 `plain.yml`: unknown input arguments"],
    ["GY-70", "{local: f.yml, inputs: {name: A, b: c}}", ".gitlab-ci.yml:1 `f.yml`: unknown input arguments: b"],
  ])("row %s: %s", (_row, include, error) => {
    const files = {
      "f.yml": file,
      "bad.yml": "spec: {inputs: {a: {default: x}}}\n---\nJ: {script: '$[[ inputs.zzz ]]'}\n",
      "plain.yml": ".x: 1\n",
    };
    expect(errorsOf(`include: ${include}\nK: {image: i, script: s}\n`, { files })).toEqual([error]);
  });

  test("an include may be made of inputs", () => {
    const files = { "one.yml": "K: {image: i, script: s}\n" };
    const text = "spec: {inputs: {which: }}\n---\ninclude: $[[ inputs.which ]].yml\n";
    expect(compileJob(text, "K", { files, inputs: { which: "one" } }).name).toBe("K");
  });

  test("a header may include more inputs (GY-78)", () => {
    const files = { "more.yml": "inputs: {a: {default: x}, b: {default: y}}\n", "bad.yml": "foo: 1\n" };
    const text = (name: string): string =>
      `spec: {include: [{local: ${name}}], inputs: {b: {default: own}}}\n---\nJ: {image: i, script: "$[[ inputs.a ]] $[[ inputs.b ]]"}\n`;
    expect(commandsOf(compileJob(text("more.yml"), "J", { files }))).toEqual(["x own"]);
    expect(errorsOf(text("bad.yml"), { files })[0]).toBe(
      "bad.yml:1 Header include file `bad.yml` contains unknown keys: [:foo]",
    );
  });

  test("a component knows its version and commit where its header asks for them (GY-75)", () => {
    const text =
      "spec: {component: [name, sha, version, reference]}\n---\nK: {image: i, script: '$[[ component.name ]] $[[ component.sha ]] $[[ component.version ]] $[[ component.reference ]]'}\n";
    const base = { kind: "commit", server: "https://h", project: "g/p", sha: "abc" } as const;
    const fetch: CompileChoices["fetch"] = () => ({
      kind: "text",
      found: { file: "c", text, base, version: "1.2.3", sha: "abc" },
    });
    const job = compileJob("include: {component: h/g/p/lint@1}\n", "K", { fetch });
    expect(commandsOf(job)).toEqual(["lint abc 1.2.3 1"]);
  });
});
