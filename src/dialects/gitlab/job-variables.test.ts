import { describe, expect, test } from "vitest";
import { type CompileChoices, compileGitlab, compileJob, valuesOf } from "../../../tests/compile-gitlab.ts";

describe("expansion, first as the server does it, then as the runner does (GY 5.2)", () => {
  test("the vector of GY-112", () => {
    const text = `
variables:
  A: a
  B: "$A-b"
  C: "\${B}$$A%A%"
  D: {value: "$A", expand: false}
  E: "$D|$NOPE|$(id)"
J: {script: x, image: a}
`;
    expect(valuesOf(compileJob(text, "J").variables)).toEqual({
      A: "a",
      B: "a-b",
      C: "a-b$Aa",
      D: "$A",
      E: "a||$(id)",
    });
  });

  test.each([
    ["nesting is followed all the way (GY-102)", "{A: $B, B: $C, C: $D, D: d}", { A: "d", B: "d", C: "d", D: "d" }],
    [
      "a self reference with nothing below stays to the server, and the runner puts in its unexpanded text (GY-104, GS-304)",
      '{P: "$P:/x"}',
      { P: "$P:/x:/x" },
    ],
    ["what the server does not know, the runner empties (GY-106)", '{A: "${B:-x}y"}', { A: "y" }],
    [
      "numbers are printed as Ruby prints them (GY-4)",
      "{A: 012, B: 1.10, C: 1_000, D: 0x1F}",
      { A: "10", B: "1.1", C: "1000", D: "31" },
    ],
    ["predefined variables are known", '{A: "$CI_PROJECT_NAME-%CI_JOB_NAME%"}', { A: "project-J" }],
    ["a description without a value is empty (GY-85)", "{A: {description: d}}", { A: "" }],
  ])("%s", (_name, variables, expected) => {
    expect(valuesOf(compileJob(`variables: ${variables}\nJ: {script: x, image: a}\n`, "J").variables)).toEqual(
      expected,
    );
  });

  test("a self reference takes the value it hides (GY-104)", () => {
    const text = 'variables: {P: low}\nJ: {script: x, image: a, variables: {P: "$P:high"}}\n';
    expect(valuesOf(compileJob(text, "J").variables)).toEqual({ P: "low:high" });
  });

  test("variables that double each other do not fill the memory", () => {
    const lines = Array.from({ length: 60 }, (_, index) => `  V${index + 1}: "$V${index}$V${index}"`).join("\n");
    const { pipeline } = compileGitlab(`variables:\n  V0: 0123456789\n${lines}\nJ: {script: x, image: a}\n`);
    expect(pipeline?.jobs[0]?.variables.get("V60")?.value.length).toBeLessThan(3_000_000);
  });

  test("a dollar in a commit's message stays as it is", () => {
    const commit = {
      sha: "a".repeat(40),
      message: "costs $CI\n\nmore",
      author: "A <a@b>",
      committedAt: "2026-01-01T00:00:00Z",
    };
    const { variables } = compileJob("J: {script: x, image: a}\n", "J", { facts: { commit } });
    expect(variables.get("CI_COMMIT_MESSAGE")?.value).toBe("costs $CI\n\nmore");
    expect(variables.get("CI_COMMIT_DESCRIPTION")?.value).toBe("more");
  });
});

describe("precedence (GY-95)", () => {
  const text = "variables: {A: global, B: global, C: global}\nJ: {script: x, image: a, variables: {B: job, C: job}}\n";

  test("the command line wins over the job, the job over the file", () => {
    const { variables } = compileJob(text, "J", { variables: { C: "given" } });
    expect(valuesOf(variables)).toEqual({ A: "global", B: "job", C: "given" });
    expect(["A", "B", "C"].map((name) => variables.get(name)?.origin)).toEqual(["global", "job", "command line"]);
  });

  test("what earlier jobs report wins over all of the file, and over nothing that a person gives (GY-90, GY-270)", () => {
    const names = ["GLOBAL", "WORKFLOW", "JOB", "RULE", "CELL", "GIVEN", "ENV_FILE", "PROJECT", "USER"];
    const all = `{${names.map((name) => `${name}: job`).join(", ")}}`;
    const file = `
variables: {GLOBAL: global}
workflow: {rules: [{when: always, variables: {WORKFLOW: workflow}}]}
J:
  script: x
  image: a
  variables: ${all.replace("GLOBAL: job, WORKFLOW: job, ", "")}
  parallel: {matrix: [{CELL: [cell]}]}
  rules: [{when: always, variables: {RULE: rule}}]
`;
    const givenBy = (origin: string): { value: string; origin: string } => ({ value: origin, origin });
    const variables = {
      GIVEN: "command line",
      ENV_FILE: givenBy("env file"),
      PROJECT: givenBy("project file"),
      USER: givenBy("user file"),
    };
    const reported = { job: "J: [cell]", variables: Object.fromEntries(names.map((name) => [name, "dotenv"])) };
    const valuesWith = (more: Partial<CompileChoices>): Readonly<Record<string, string>> =>
      valuesOf(compileJob(file, "J: [cell]", { variables, ...more }).variables);
    const given = { GIVEN: "command line", ENV_FILE: "env file", PROJECT: "project file", USER: "user file" };
    expect(valuesWith({})).toEqual({
      ...{ GLOBAL: "global", WORKFLOW: "workflow", JOB: "job", RULE: "rule", CELL: "cell" },
      ...given,
    });
    expect(valuesWith({ reported })).toEqual({
      ...Object.fromEntries(names.map((name) => [name, "dotenv"])),
      ...given,
    });
    expect(valuesWith({ reported: { ...reported, job: "another" } })["JOB"]).toBe("job");
  });

  test("inherit:variables lets through what it names (GY-29)", () => {
    const inherit = (value: string): string => text.replace("script: x", `script: x, inherit: {variables: ${value}}`);
    expect(valuesOf(compileJob(inherit("false"), "J").variables)).toEqual({ B: "job", C: "job" });
    expect(valuesOf(compileJob(inherit("[A]"), "J").variables)).toEqual({ A: "global", B: "job", C: "job" });
  });

  test("hiding a predefined variable is told (GY-96)", () => {
    const { diagnostics } = compileGitlab("variables: {CI_PROJECT_DIR: /x}\nJ: {script: x, image: a}\n");
    expect(diagnostics).toMatchObject([{ severity: "warning", code: "overrides-predefined" }]);
  });
});

describe("booleans in variables, which files in use hold (GY-92)", () => {
  test("are taken as text, with a warning that says what GitLab says", () => {
    const { pipeline, diagnostics } = compileGitlab("variables:\n  A: yes\nJ: {script: x, image: a}\n");
    expect(pipeline?.jobs[0]?.variables.get("A")?.value).toBe("true");
    expect(diagnostics).toMatchObject([
      { severity: "warning", code: "boolean-variable", hint: 'put it in quotes: A: "true"' },
    ]);
    expect(diagnostics[0]?.message).toContain("variables:A variable definition must be either a string or a hash");
  });
});

describe("predefined variables of a local run (GY 6)", () => {
  const commit = {
    sha: "0123456789abcdef0123456789abcdef01234567",
    parentSha: "f".repeat(40),
    message: "title\n\nbody\n",
    author: "Ann <ann@example.org>",
    committedAt: "2026-01-01T10:00:00+02:00",
  };
  const facts = {
    commit,
    branch: "feature/Ünder_way",
    defaultBranch: "main",
    userName: "Ann",
    userEmail: "ann@example.org",
  };
  const { variables } = compileJob("build it:\n  script: x\n  image: a:$TAG\n  timeout: 2h\n", "build it", {
    facts: { ...facts, remoteUrl: "https://user:secret@git.example.org:8443/Team/Sub.Group/app.git" },
    variables: { TAG: "1" },
  });

  test.each([
    ["CI", "true"],
    ["GITLAB_CI", "true"],
    ["OUTRIGGER", "true"],
    ["CI_SERVER_URL", "https://git.example.org:8443"],
    ["CI_SERVER_HOST", "git.example.org"],
    ["CI_SERVER_PORT", "8443"],
    ["CI_API_V4_URL", "https://git.example.org:8443/api/v4"],
    ["CI_PROJECT_PATH", "Team/Sub.Group/app"],
    ["CI_PROJECT_PATH_SLUG", "team-sub-group-app"],
    ["CI_PROJECT_NAME", "app"],
    ["CI_PROJECT_NAMESPACE", "Team/Sub.Group"],
    ["CI_PROJECT_ROOT_NAMESPACE", "Team"],
    ["CI_PROJECT_DIR", "/builds/Team/Sub.Group/app"],
    ["CI_BUILDS_DIR", "/builds"],
    ["CI_REPOSITORY_URL", "https://git.example.org:8443/Team/Sub.Group/app.git"],
    ["CI_COMMIT_SHA", commit.sha],
    ["CI_COMMIT_SHORT_SHA", "01234567"],
    ["CI_COMMIT_BEFORE_SHA", commit.parentSha],
    ["CI_COMMIT_BRANCH", "feature/Ünder_way"],
    ["CI_COMMIT_REF_SLUG", "feature--nder-way"],
    ["CI_COMMIT_REF_PROTECTED", "false"],
    ["CI_COMMIT_TITLE", "title"],
    ["CI_COMMIT_DESCRIPTION", "body\n"],
    ["CI_COMMIT_TIMESTAMP", "2026-01-01T10:00:00+02:00"],
    ["CI_DEFAULT_BRANCH", "main"],
    ["CI_PIPELINE_SOURCE", "push"],
    ["CI_PIPELINE_ID", "7"],
    ["CI_PIPELINE_CREATED_AT", "2026-01-02T03:04:05Z"],
    ["CI_JOB_NAME", "build it"],
    ["CI_JOB_NAME_SLUG", "build-it"],
    ["CI_JOB_STAGE", "test"],
    ["CI_JOB_TIMEOUT", "7200"],
    ["CI_JOB_IMAGE", "a:1"],
    ["CI_RUNNER_EXECUTABLE_ARCH", "linux/amd64"],
    ["CI_CONFIG_PATH", ".gitlab-ci.yml"],
    ["GITLAB_USER_LOGIN", "ann"],
  ])("%s is %s", (name, value) => {
    expect(variables.get(name)?.value).toBe(value);
  });

  test("no token is made up", () => {
    expect(["CI_JOB_TOKEN", "CI_REGISTRY_PASSWORD", "CI_COMMIT_TAG"].filter((name) => variables.has(name))).toEqual([]);
  });

  test.each([
    ["git@host.example:a/b.git", "a/b"],
    ["ssh://git@host.example:2222/a/b/c.git", "a/b/c"],
    ["https://host.example/a/../../b%20c.git", "b-c"],
    ["/srv/git/x.git", "local/My-project"],
    ["C:\\x\\y", "local/My-project"],
    ["", "local/My-project"],
  ])("the project of %s is %s (GY-115)", (remoteUrl, path) => {
    const job = compileJob("J: {script: x, image: a}\n", "J", { facts: { remoteUrl, folderName: "My project" } });
    expect(job.variables.get("CI_PROJECT_PATH")?.value).toBe(path);
    expect(job.workspace).toEqual({
      mountPath: "/builds",
      sourcePath: `/builds/${path}`,
      sourcesBeforeServices: false,
    });
  });

  test("without a commit and a branch there are zeros and no names (GY-114)", () => {
    const job = compileJob("J: {script: x, image: a}\n", "J");
    expect(job.variables.get("CI_COMMIT_SHA")?.value).toBe("0".repeat(40));
    expect(job.variables.has("CI_COMMIT_BRANCH")).toBe(false);
  });
});
