import { describe, expect, test } from "vitest";
import { type CompileChoices, compileGitlab, compileJob, valuesOf } from "../../../../tests/compile-gitlab.ts";
import type { TriggerFacts } from "../../dialect.ts";
import type { FileAnswer, FileRequest } from "../../files.ts";

const FACTS = { branch: "main", defaultBranch: "main" };

const EVENTS = {
  "push main": { facts: FACTS },
  "push feat": { facts: { ...FACTS, branch: "feat" } },
  "tag v1": { facts: FACTS, trigger: { tag: "v1" } },
  "merge request feat": { facts: { ...FACTS, branch: "feat" }, trigger: { event: "merge_request" } },
  "schedule main": { facts: FACTS, trigger: { event: "schedule" } },
  "web main": { facts: FACTS, trigger: { event: "web" } },
} as const satisfies Readonly<Record<string, CompileChoices>>;

type EventName = keyof typeof EVENTS;

/** `when` of a job with these lines, `never` where it is not in the pipeline. */
function whenOf(lines: string, choices: CompileChoices, before = ""): string {
  // A second job keeps the pipeline alive.
  const text = `${before}\nJ:\n  image: i\n  script: s\n${lines.replaceAll(/^/gm, "  ")}\nall: {image: i, script: s, rules: [{when: always}]}\n`;
  return compileJob(text, "J", choices).when;
}

const IN = "on_success";
const OUT = "never";

describe("only and except (GY section 18, GY-256)", () => {
  const columns = [
    "",
    "only: [main]",
    "only: [merge_requests]",
    "only: [tags]",
    "except: [main]",
    "only: [/^v/]",
  ] as const;
  const rows: readonly (readonly [EventName, readonly string[]])[] = [
    ["push main", [IN, IN, OUT, OUT, OUT, OUT]],
    ["push feat", [IN, OUT, OUT, OUT, IN, OUT]],
    ["tag v1", [IN, OUT, OUT, IN, IN, IN]],
    ["merge request feat", [OUT, OUT, IN, OUT, OUT, OUT]],
    ["schedule main", [IN, IN, OUT, OUT, OUT, OUT]],
    ["web main", [IN, IN, OUT, OUT, OUT, OUT]],
  ];
  test.each(rows)("%s", (event, expected) => {
    expect(columns.map((line) => whenOf(line, EVENTS[event]))).toEqual(expected);
  });

  test.each<readonly [string, EventName, string]>([
    ["only: [branches@group/project]", "push main", IN],
    ["only: [branches@other/project]", "push main", OUT],
    ["only: [pushes]", "push main", IN],
    ["only: [push]", "push main", IN],
    ["only: [schedules]", "schedule main", IN],
    ["only: [schedules]", "push main", OUT],
    ["only: [web]", "web main", IN],
    ["only: [/^MA/i]", "push main", IN],
    ["only: [/ai/]", "push main", IN],
    ["only: [/^feat$/]", "merge request feat", OUT],
    ["only: [branches]\nexcept: [schedules]", "schedule main", OUT],
    ["only: {refs: [main], variables: ['$X == \"1\"', '$CI_COMMIT_BRANCH']}", "push main", IN],
    ["only: {refs: [main], variables: ['$X == \"1\"']}", "push main", OUT],
    ["only: {variables: ['$CI_PIPELINE_SOURCE']}", "merge request feat", OUT],
    ["only: {refs: [merge_requests], variables: ['$CI_MERGE_REQUEST_IID']}", "merge request feat", IN],
    ["only: {kubernetes: active}", "push main", OUT],
    ["except: {kubernetes: active}", "push main", IN],
    ["except: {refs: [tags], variables: ['$CI_COMMIT_BRANCH == \"main\"']}", "push main", OUT],
    ["except: {}", "push main", IN],
    ["only: {changes: ['a/**']}", "tag v1", IN],
  ])("%s in %s is %s (GY-181, GY-182, GY-183)", (lines, event, expected) => {
    expect(whenOf(lines, EVENTS[event])).toBe(expected);
  });

  test("workflow rules take the implied default away (GY-180)", () => {
    const workflow = "workflow: {rules: [{when: always}]}";
    expect(whenOf("", EVENTS["merge request feat"], workflow)).toBe(IN);
    expect(whenOf("only: {variables: ['$CI']}", EVENTS["merge request feat"], workflow)).toBe(OUT);
  });

  test("only: null leaves the default, rules: null leaves none (GY-258)", () => {
    const parents = ".o: {only: [feat]}\n.r: {rules: [{when: never}]}";
    expect(whenOf("extends: .o\nonly: null", EVENTS["push main"], parents)).toBe(IN);
    expect(whenOf("extends: .r\nrules: null\nwhen: manual", EVENTS["push main"], parents)).toBe("manual");
  });
});

describe("rules (GY-150 to GY-157)", () => {
  const RULES = `rules:
  - {if: '$CI_COMMIT_TAG', when: never}
  - {if: '$CI_COMMIT_BRANCH', when: manual, allow_failure: true}
  - {when: on_success}`;

  test.each<readonly [EventName, string]>([
    ["tag v1", OUT],
    ["push main", "manual"],
    ["merge request feat", IN],
  ])("the first rule that holds decides: %s is %s (GY-266)", (event, expected) => {
    expect(whenOf(RULES, EVENTS[event])).toBe(expected);
  });

  test.each([
    ["rules: []", OUT],
    ["rules: [{if: $NONE}]", OUT],
    ["rules: [{when: always}]", "always"],
    ["rules: [{if: $CI}]\nwhen: manual", "manual"],
    ["rules: [{changes: [a]}, {when: never}]", IN],
    ["rules: [[{if: $NONE}, [{when: on_failure}]]]", "on_failure"],
  ])("%s is %s (GY-152, GY-153, GY-267)", (lines, expected) => {
    expect(whenOf(lines, EVENTS["push main"])).toBe(expected);
  });

  test.each([
    ["rules: [{when: manual}]", false],
    ["rules: [{when: manual, allow_failure: true}]", true],
    ["rules: [{if: $CI}]\nwhen: manual", true],
    ["rules: [{if: $CI, allow_failure: false}]\nwhen: manual", false],
    ["rules: [{if: $CI}]\nallow_failure: {exit_codes: 3}", [3]],
    ["when: manual", true],
  ])("%s allows failure: %s (GY-153, GY-156, GY-191)", (lines, allowed) => {
    const job = compileJob(`J:\n  image: i\n  script: s\n${lines.replaceAll(/^/gm, "  ")}\n`, "J", EVENTS["push main"]);
    expect(job.allowFailure).toEqual(allowed);
  });

  test("a rule gives variables, needs, a delay and whether it may be interrupted", () => {
    const job = compileJob(
      `
a: {image: i, script: s}
b: {image: i, script: s}
J:
  image: "i:$V"
  script: s
  needs: [a]
  variables: {X: "1", V: job}
  rules:
    - if: '$X == "1"'
      variables: {V: rule, W: "$V-$X"}
      needs: [b]
      when: delayed
      start_in: 2 minutes
      interruptible: true
`,
      "J",
      EVENTS["push main"],
    );
    expect(valuesOf(job.variables)).toEqual({ X: "1", V: "rule", W: "rule-1" });
    expect(job.steps[0]?.image.text).toBe("i:rule");
    expect(job).toMatchObject({ when: "delayed", startInMs: 120_000, interruptible: true });
    expect(job.order).toMatchObject({ needs: [{ job: "b" }] });
  });

  test("a rule's variables win over the job's, the matrix's over them (GY-87, GY-89, GY-268)", () => {
    const text =
      "J: {image: i, script: s, parallel: {matrix: [{M: [m]}]}, variables: {A: job, M: job}, rules: [{if: $CI, variables: {A: rule, M: rule}}]}\n";
    expect(valuesOf(compileJob(text, "J: [m]", EVENTS["push main"]).variables)).toEqual({ A: "rule", M: "m" });
  });

  test.each([
    ["$CI_JOB_NAME == 'J'", true],
    ["$CI_JOB_STAGE == 'test'", true],
    ["$CI_ENVIRONMENT_NAME == 'prod/main'", true],
    ["$CI_JOB_ID == null", true],
    ["$CI_PIPELINE_ID == null", true],
    ["$CI_PIPELINE_URL == null", true],
    ["$CI_PIPELINE_IID != null", true],
    ["$CI_PROJECT_DIR == null", true],
    ["$CI_RUNNER_ID == null", true],
    ["$OF_JOB == 'x-$CI_JOB_ID'", true],
    ["$GIVEN == 'from outside'", true],
    ["$GLOBAL == 'g main'", true],
  ])("%s is %s when rules are evaluated (GY-86, GY-118)", (condition, holds) => {
    const text = `
variables: {GLOBAL: g $CI_COMMIT_BRANCH, GIVEN: inside}
J:
  image: i
  script: s
  environment: prod/$CI_COMMIT_BRANCH
  variables: {OF_JOB: x-$CI_JOB_ID}
  rules: [{if: "${condition}"}]
all: {image: i, script: s}
`;
    const job = compileJob(text, "J", { ...EVENTS["push main"], variables: { GIVEN: "from outside" } });
    expect(job.when).toBe(holds ? IN : OUT);
  });

  test("what was looked at is told, with the values it had; masked ones stay hidden (GY-158)", () => {
    const text = `
J:
  image: i
  script: s
  rules:
    - if: $TOKEN == "x" && $NONE
    - if: $CI_COMMIT_BRANCH == "main"
      when: manual
    - when: never
`;
    const variables = { TOKEN: { value: "secret-value", masked: true } };
    expect(compileJob(text, "J", { ...EVENTS["push main"], variables }).decision).toEqual({
      text: "rule 2 of 3: when: manual",
      at: expect.objectContaining({ line: 7 }),
      checks: [
        {
          of: "rule 1",
          text: 'if: $TOKEN == "x" && $NONE',
          holds: false,
          operands: [
            { name: "TOKEN", value: "[MASKED]" },
            { name: "NONE", value: undefined },
          ],
          at: expect.objectContaining({ line: 6 }),
        },
        {
          of: "rule 2",
          text: 'if: $CI_COMMIT_BRANCH == "main"',
          holds: true,
          operands: [{ name: "CI_COMMIT_BRANCH", value: "main" }],
          at: expect.objectContaining({ line: 7 }),
        },
      ],
    });
  });
});

describe("workflow (GY-185 to GY-187)", () => {
  const FILE = `
workflow:
  name: "$KIND of $CI_COMMIT_REF_NAME"
  auto_cancel: {on_job_failure: all}
  rules:
    - if: $CI_COMMIT_TAG
      when: never
    - if: $CI_PIPELINE_SOURCE == "schedule"
      variables: {V: w, KIND: nightly}
      auto_cancel: {on_job_failure: none}
    - if: $GLOBAL == "yes" && $CI_COMMIT_BRANCH
variables: {V: g, GLOBAL: "yes"}
J: {image: i, script: s, variables: {V: j}}
K: {image: i, script: s}
`;

  test("its variables win over global ones and lose to the job's (GY-269)", () => {
    expect(compileJob(FILE, "J", EVENTS["schedule main"]).variables.get("V")).toMatchObject({
      value: "j",
      origin: "job",
    });
    expect(compileJob(FILE, "K", EVENTS["schedule main"]).variables.get("V")).toMatchObject({
      value: "w",
      origin: "workflow",
    });
    expect(compileJob(FILE, "K", EVENTS["push main"]).variables.get("V")?.value).toBe("g");
  });

  test("its name is expanded, and a variable of every job", () => {
    const { pipeline } = compileGitlab(FILE, EVENTS["schedule main"]);
    expect(pipeline?.name).toBe("nightly of main");
    expect(pipeline?.jobs[0]?.variables.get("CI_PIPELINE_NAME")?.value).toBe("nightly of main");
  });

  test("a rule's auto_cancel wins over the workflow's own", () => {
    expect(compileGitlab(FILE, EVENTS["push main"]).pipeline?.cancelOnFailure).toBe(true);
    expect(compileGitlab(FILE, EVENTS["schedule main"]).pipeline?.cancelOnFailure).toBeUndefined();
  });

  test.each<readonly [EventName, string]>([
    ["tag v1", "the workflow filters the pipeline out: workflow rule 1 of 3: when: never"],
    ["merge request feat", "the workflow filters the pipeline out: no workflow rule holds"],
  ])("%s: no pipeline, and no job (GY-186)", (event, why) => {
    const { pipeline } = compileGitlab(FILE, EVENTS[event]);
    expect(pipeline?.nothingRuns).toBe("Pipeline filtered out by workflow rules.");
    expect(pipeline?.jobs.map((job) => [job.when, job.whyNever])).toEqual([
      ["never", why],
      ["never", why],
    ]);
  });

  test.each([
    "A: {image: i, script: s, stage: .pre}",
    "A: {image: i, script: s, stage: .post}\nB: {image: i, script: s, rules: []}",
  ])("a pipeline of .pre and .post alone does not run: %s (GY-26)", (text) => {
    const { pipeline } = compileGitlab(`${text}\n`, EVENTS["push main"]);
    expect(pipeline?.nothingRuns).toMatch(/^Pipeline will not run for the selected trigger/);
    expect(pipeline?.jobs.every((job) => job.when === "never")).toBe(true);
  });
});

describe("changes (GY-159 to GY-164)", () => {
  const asked: FileRequest[] = [];
  const answerWith =
    (names: readonly string[]) =>
    (request: FileRequest): FileAnswer => {
      asked.push(request);
      if (request.kind !== "changes") return { kind: "failed", failure: { reason: "no-file" } };
      const ref = request.since.kind === "parent" ? undefined : request.since.refs[0];
      if (ref === "refs/remotes/origin/gone") return { kind: "failed", failure: { reason: "no-ref" } };
      return { kind: "changes", changed: { names, baseSha: "0123456789abcdef", ref } };
    };
  const changing = (lines: string, event: EventName, trigger: TriggerFacts = {}): string => {
    const choices: CompileChoices = EVENTS[event];
    return whenOf(lines, {
      ...choices,
      fetch: answerWith(["src/a.ts", "README.md"]),
      trigger: { ...choices.trigger, ...trigger },
    });
  };

  test.each<readonly [string, EventName, string]>([
    ["rules: [{changes: ['src/*']}]", "push main", IN],
    ["rules: [{changes: ['src/*.js']}]", "push main", OUT],
    ["rules: [{changes: {paths: [docs/**/*, README.md]}}]", "push feat", IN],
    ["rules: [{changes: [src]}]", "push main", OUT],
    ["rules: [{changes: ['$D/*']}]\nvariables: {D: src}", "push main", IN],
    ["rules: [{changes: [x]}]", "tag v1", IN],
    ["rules: [{changes: [x]}]", "schedule main", IN],
    ["rules: [{changes: [x]}]", "web main", IN],
    ["rules: [{changes: [x]}]", "merge request feat", OUT],
    ["rules: [{changes: {paths: [x], compare_to: v1}}]", "web main", OUT],
    ["only: {changes: ['**/*.md']}", "push main", IN],
    ["only: {changes: [x]}", "push main", OUT],
    ["except: {changes: ['**/*.md']}", "push main", OUT],
  ])("%s in %s is %s", (lines, event, expected) => {
    expect(changing(lines, event)).toBe(expected);
  });

  test.each<readonly [EventName, object]>([
    ["push main", { kind: "parent" }],
    ["push feat", { kind: "merge-base", refs: ["refs/remotes/origin/main", "main"] }],
    ["merge request feat", { kind: "merge-base", refs: ["refs/remotes/origin/main", "main"] }],
  ])("%s compares with %o (GY-162, GY-164)", (event, since) => {
    asked.length = 0;
    changing("rules: [{changes: [x]}]", event);
    expect(asked.filter(({ kind }) => kind === "changes")).toEqual([{ kind: "changes", since }]);
  });

  test("files that the person names are the ones that changed, in every pipeline", () => {
    const changes = { kind: "files", names: ["other.txt"] } as const;
    expect(changing("rules: [{changes: [other.txt]}]", "push main", { changes })).toBe(IN);
    expect(changing("rules: [{changes: [src/a.ts]}]", "web main", { changes })).toBe(OUT);
  });

  test("nothing has changed: the condition does not hold (GY-163)", () => {
    expect(whenOf("rules: [{changes: ['**/*']}]", { ...EVENTS["push main"], fetch: answerWith([]) })).toBe(OUT);
  });

  test("a ref that git does not know is an error of the job (GY-162)", () => {
    const text = "J: {image: i, script: s, rules: [{changes: {paths: [x], compare_to: gone}}]}\n";
    const { diagnostics } = compileGitlab(text, { ...EVENTS["push main"], fetch: answerWith([]) });
    expect(diagnostics).toContainEqual(
      expect.objectContaining({ severity: "error", message: "rules:changes:compare_to is not a valid ref" }),
    );
  });

  test("which state they were compared with is told once (GY-164)", () => {
    const text =
      "J: {image: i, script: s, rules: [{changes: [x]}]}\nK: {image: i, script: s, rules: [{changes: [y]}]}\n";
    const { diagnostics } = compileGitlab(text, { ...EVENTS["push feat"], fetch: answerWith(["x"]) });
    expect(diagnostics.filter(({ code }) => code === "changes-base").map(({ message }) => message)).toEqual([
      "changed files are those that differ since origin/main (01234567), what is not committed included",
    ]);
  });
});

describe("exists (GY-165)", () => {
  test.each([
    ["exists: [Dockerfile]", IN],
    ["exists: ['**/*.go', 'src/*.ts']", IN],
    ["exists: [src]", OUT],
    ["exists: {paths: ['$F']}", IN],
    ["exists: [dockerfile]", OUT],
  ])("%s is %s", (line, expected) => {
    const files = { Dockerfile: "", "src/a.ts": "" };
    expect(whenOf(`rules: [{${line}}]\nvariables: {F: Dockerfile}`, { ...EVENTS["push main"], files })).toBe(expected);
  });
});

describe("predefined variables of each kind of pipeline (GY section 6)", () => {
  const NAMES = ["CI_PIPELINE_SOURCE", "CI_COMMIT_BRANCH", "CI_COMMIT_TAG", "CI_COMMIT_REF_NAME"] as const;
  test.each<readonly [string, CompileChoices, readonly (string | undefined)[]]>([
    ["push", EVENTS["push main"], ["push", "main", undefined, "main"]],
    ["tag", EVENTS["tag v1"], ["push", undefined, "v1", "v1"]],
    ["merge request", EVENTS["merge request feat"], ["merge_request_event", undefined, undefined, "feat"]],
    ["schedule", EVENTS["schedule main"], ["schedule", "main", undefined, "main"]],
    ["api", { facts: FACTS, trigger: { event: "api", branch: "x" } }, ["api", "x", undefined, "x"]],
    ["detached head", { facts: { defaultBranch: "main" } }, ["push", undefined, undefined, undefined]],
    [
      "schedule of a tag",
      { facts: FACTS, trigger: { event: "schedule", tag: "v2" } },
      ["schedule", undefined, "v2", "v2"],
    ],
  ])("%s", (_name, choices, expected) => {
    const { variables } = compileJob("J: {image: i, script: s, rules: [{when: always}]}\n", "J", choices);
    expect(NAMES.map((name) => variables.get(name)?.value)).toEqual(expected);
  });

  test("a merge request has its own", () => {
    const choices: CompileChoices = {
      facts: { ...FACTS, branch: "feat" },
      trigger: { targetBranch: "release" },
      fetch: () => ({ kind: "changes", changed: { names: [], baseSha: "abc", ref: "release" } }),
    };
    const { variables } = compileJob("J: {image: i, script: s, rules: [{when: always}]}\n", "J", choices);
    const valueOf = (name: string): string | undefined => variables.get(`CI_MERGE_REQUEST_${name}`)?.value;
    expect(
      ["SOURCE_BRANCH_NAME", "TARGET_BRANCH_NAME", "DIFF_BASE_SHA", "EVENT_TYPE", "REF_PATH"].map(valueOf),
    ).toEqual(["feat", "release", "abc", "detached", "refs/merge-requests/1/head"]);
  });

  test.each([
    [{ event: "nonsense" }, '--event "nonsense" is nothing that starts a GitLab pipeline'],
    [{ event: "tag" }, "--event tag needs the tag's name"],
  ])("%o is refused", (trigger, message) => {
    expect(() => compileGitlab("J: {image: i, script: s}\n", { trigger })).toThrow(message);
  });
});
