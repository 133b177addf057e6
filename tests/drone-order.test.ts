import { describe, expect, test } from "vitest";
import type { TriggerFacts } from "../src/dialects/dialect.ts";
import { compileDrone, compileDroneJob, SHA, stepOf, valuesOf } from "./compile-drone.ts";

const orderOf = async (text: string, file = ".drone.yml"): Promise<readonly unknown[]> =>
  (await compileDroneJob(text, { file })).steps.map((step) => [step.name, step.dependsOn]);

describe("the order of steps", () => {
  test("one after the other when nothing is said", async () => {
    expect(await orderOf("pipeline: {a: {image: x}, b: {image: y}}")).toEqual([
      ["a", undefined],
      ["b", undefined],
    ]);
  });

  test("a group is a stage; after a gap it is a new one (DR-290)", async () => {
    const text = "pipeline: {a: {image: x, group: g}, b: {image: x, group: g}, c: {image: x}, d: {image: x, group: g}}";
    expect(await orderOf(text)).toEqual([
      ["a", []],
      ["b", []],
      ["c", ["a", "b"]],
      ["d", ["c"]],
    ]);
  });

  test("a graph, in any order of the file; services and the clone come before all (DR-67, DR-215, DR-218)", async () => {
    const text =
      "kind: pipeline\nservices: [{name: db, image: pg}]\nsteps: [{name: c, image: x, depends_on: [a, b, clone]}, {name: a, image: x, depends_on: [db]}, {name: b, image: x}]";
    expect(await orderOf(text)).toEqual([
      ["c", ["a", "b"]],
      ["a", []],
      ["b", []],
    ]);
  });

  test("who waits for a step that is left out waits for what that would have waited for (DR-76)", async () => {
    const text =
      "steps: [{name: a, image: x, commands: y}, {name: b, image: x, commands: y, depends_on: a, when: {event: tag}}, {name: c, image: x, commands: y, depends_on: b}]";
    expect(await orderOf(text, ".woodpecker.yml")).toEqual([
      ["a", []],
      ["c", ["a"]],
    ]);
  });

  test("steps of one name both run, with a number (DR-36)", async () => {
    const job = await compileDroneJob("pipeline: {docker: {image: x, tag: 1}, docker: {image: x, tag: 2}}");
    expect(job.steps.map((step) => [step.name, valuesOf(step)["PLUGIN_TAG"]])).toEqual([
      ["docker", "1"],
      ["docker-2", "2"],
    ]);
  });

  test("a clone among the steps is left out, one with commands runs", async () => {
    const job = await compileDroneJob("pipeline: {clone: {image: plugins/git, depth: 1}, a: {image: x}}");
    expect(job.steps.map((step) => step.name)).toEqual(["a"]);
    expect(
      await orderOf("kind: pipeline\nclone: {disable: true}\nsteps: [{name: clone, image: x, commands: [git clone]}]"),
    ).toHaveLength(1);
  });

  test("78 skips the rest in Drone 1 alone (DR-238)", async () => {
    expect((await compileDroneJob("kind: pipeline\nsteps: [{name: a, image: x}]")).skipRestExitCode).toBe(78);
    expect((await compileDroneJob("pipeline: {a: {image: x}}")).skipRestExitCode).toBeUndefined();
  });
});

type Row = readonly [file: string, when: string, trigger: TriggerFacts, why: string | undefined];
const OLD = ".drone.yml";
const NEW = ".woodpecker.yml";

const conditions: readonly Row[] = [
  [OLD, "{event: push}", {}, undefined],
  [OLD, "{event: [tag, pull_request]}", {}, "when: event != tag, pull_request"],
  [OLD, "{event: tag}", { tag: "v1" }, undefined],
  [OLD, "{event: {exclude: [push]}}", {}, "when: event == push"],
  [OLD, "{branch: main}", {}, undefined],
  [OLD, "{branch: release/*}", { branch: "release/1" }, undefined],
  [OLD, "{branch: release/*}", { branch: "release/1/2" }, "when: branch != release/*"],
  [OLD, "{branch: [main, refs/tags/*]}", { tag: "v1" }, undefined],
  [OLD, "{branch: '!main'}", {}, "when: branch == main"],
  [OLD, "{branch: {include: [m*], exclude: [main]}}", {}, "when: branch == main"],
  [OLD, "{ref: refs/heads/main}", {}, undefined],
  [OLD, "{repo: octocat/*}", {}, undefined],
  [OLD, "{repo: other/hello}", {}, "when: repo != other/hello"],
  [OLD, "{local: false}", {}, "when: local is false"],
  [OLD, "{environment: production}", { event: "deployment", target: "production" }, undefined],
  [OLD, "{platform: linux/*}", {}, undefined],
  [OLD, "{platform: windows/amd64}", {}, "when: platform != windows/amd64"],
  [OLD, "{instance: drone.example}", {}, "when: instance != drone.example"],
  [OLD, "{event: push, branch: dev}", {}, "when: branch != dev"],
  [NEW, "[{event: push}, {event: pull_request}]", { event: "pull_request" }, undefined],
  [NEW, "[{event: push}, {event: tag}]", { event: "cron" }, "when: event != push and event != tag"],
  [NEW, "{branch: 'release/**'}", { branch: "release/1/2" }, undefined],
  [NEW, "{event: tag, branch: main}", { tag: "v1" }, undefined],
  [NEW, "{event: cron, cron: nightly}", { event: "cron", cron: "nightly" }, undefined],
  [NEW, "{path: 'src/**'}", {}, undefined],
  [NEW, "{evaluate: 'CI_X == 1'}", {}, undefined],
];

describe("conditions (DR-43, DR-55, DR-63, DR-239 to DR-244)", () => {
  test.each(conditions)("%s when: %s with %j gives %s", async (file, when, trigger, why) => {
    const head = file === OLD ? "pipeline" : "steps";
    const text = `${head}:\n  z: {image: x, commands: [y]}\n  a: {image: x, commands: [y], when: ${when}}\nservices:\n  s: {image: x, when: ${when}}\n`;
    const { pipeline, errors } = await compileDrone(text, { file, trigger });
    expect(errors).toEqual([]);
    const job = pipeline?.jobs[0];
    expect(job?.steps.some((step) => step.name === "a")).toBe(why === undefined);
    expect(job?.services.length).toBe(why === undefined ? 1 : 0);
    expect(job?.skipped?.map((one) => [one.kind, one.name, one.why])).toEqual(
      why === undefined
        ? undefined
        : [
            ["service", "s", why],
            ["step", "a", why],
          ],
    );
  });

  test.each([
    ["{}", "on_success"],
    ["{status: failure}", "on_failure"],
    ["{status: [success, failure]}", "always"],
    ["{status: success}", "on_success"],
  ])("status %s: %s (DR-241)", async (when, on) => {
    const job = await compileDroneJob(`kind: pipeline\nsteps: [{name: a, image: x, when: ${when}}]`);
    expect(stepOf(job, "a").when).toBe(on);
  });

  test("a trigger leaves a pipeline out, and says why; another waits no less", async () => {
    const text =
      "kind: pipeline\nname: a\ntrigger: {event: tag}\nsteps: [{name: s, image: x}]\n---\nkind: pipeline\nname: b\ndepends_on: [a]\ntrigger: {status: [failure]}\nsteps: [{name: s, image: x}]\n";
    const [a, b] = (await compileDrone(text)).pipeline?.jobs ?? [];
    expect([a?.when, a?.whyNever]).toEqual(["never", "trigger: event != tag"]);
    expect([b?.when, b?.order]).toMatchObject(["on_failure", { needs: [{ job: "a" }] }]);
  });

  test("branches of the file: not for tags (DR-242)", async () => {
    const text = "branches: [dev]\npipeline: {a: {image: x}}";
    expect(await compileDroneJob(text)).toMatchObject({ when: "never", whyNever: "branches: branch != dev" });
    expect(await compileDroneJob(text, { trigger: { tag: "v1" } })).toMatchObject({ when: "on_success" });
    expect(await compileDroneJob(text, { trigger: { branch: "dev" } })).toMatchObject({ when: "on_success" });
  });

  test("a job whose steps are all left out does not run", async () => {
    expect(await compileDroneJob("pipeline: {a: {image: x, when: {event: tag}}}")).toMatchObject({
      when: "never",
      whyNever: "when: every step is left out",
    });
  });

  test("0.4's switches (DR-43)", async () => {
    const text =
      "build: {a: {image: x, commands: [b], when: {failure: true}}, c: {image: x, commands: [b], when: {success: false, failure: true}}}";
    expect((await compileDroneJob(text)).steps.map((step) => step.when)).toEqual(["always", "on_failure"]);
  });
});

describe("the matrix (DR-282 to DR-284)", () => {
  const matrixOf = async (matrix: string): Promise<readonly unknown[]> =>
    (
      await compileDrone(
        `pipeline: {a: {image: "go:\${GO}", commands: [x], when: {matrix: {DB: pg}}}, b: {image: z}}\nmatrix: ${matrix}\n`,
      )
    ).pipeline?.jobs.map((job) => [job.name, job.steps.map((step) => step.image.text)]) ?? [];

  test("all combinations in file order, the first axis slowest", async () => {
    expect(await matrixOf("{GO: [1.5, 1.10], DB: [pg, my]}")).toEqual([
      ["build: [GO=1.5, DB=pg]", ["go:1.5", "z"]],
      ["build: [GO=1.5, DB=my]", ["z"]],
      ["build: [GO=1.10, DB=pg]", ["go:1.10", "z"]],
      ["build: [GO=1.10, DB=my]", ["z"]],
    ]);
  });

  test("include is exactly that; exclude takes away", async () => {
    expect(await matrixOf("{include: [{GO: 1, DB: pg}, {GO: 2}]}")).toEqual([
      ["build: [GO=1, DB=pg]", ["go:1", "z"]],
      ["build: [GO=2]", ["z"]],
    ]);
    expect(await matrixOf("{GO: [1, 2], DB: [pg, my], exclude: [{GO: 1}]}")).toHaveLength(2);
  });

  test("values reach the containers, and whoever needs a pipeline needs all its cells (DR-283, DR-350)", async () => {
    const text =
      "kind: pipeline\nname: a\nmatrix: {X: [1, 2]}\nsteps: [{name: s, image: x}]\n---\nkind: pipeline\nname: b\ndepends_on: [a]\nsteps: [{name: s, image: x}]\n";
    const jobs = (await compileDrone(text)).pipeline?.jobs ?? [];
    expect(jobs.map((job) => job.name)).toEqual(["a: [X=1]", "a: [X=2]", "b"]);
    expect(jobs[2]?.order).toMatchObject({ needs: [{ job: "a: [X=1]" }, { job: "a: [X=2]" }] });
    expect(jobs[1]?.variables.get("X")?.value).toBe("2");
  });
});

describe("parameters in the file (DR-285 to DR-289)", () => {
  test("in values, keys and lists that YAML alone would not read", async () => {
    const text =
      "pipeline:\n  a: {image: x, group: g, tags: [${DRONE_COMMIT_SHA:0:8}, ${NO:-a: b}], ${DRONE_BRANCH}: 1, commands2: $${HOME}}\n";
    const step = stepOf(await compileDroneJob(text), "a");
    expect(valuesOf(step)).toMatchObject({
      PLUGIN_TAGS: `${SHA.slice(0, 8)},a: b`,
      PLUGIN_MAIN: "1",
      PLUGIN_COMMANDS2: "${HOME}",
    });
  });

  test("a value cannot change the file's shape (DR-288)", async () => {
    const message = "fix: a\nprivileged: true";
    const facts = { commit: { sha: SHA, message, author: "a <b>", committedAt: "" } };
    const job = await compileDroneJob(
      "pipeline:\n  a:\n    image: x\n    group: g\n    title: ${DRONE_COMMIT_MESSAGE}\n",
      { facts },
    );
    expect(valuesOf(stepOf(job, "a"))["PLUGIN_TITLE"]).toBe(message);
    expect(stepOf(job, "a").privileged).toBe(false);
  });

  test("0.4 has its own way; what it does not know stays (DR-285)", async () => {
    const commands = [
      "$$BRANCH",
      "$${COMMIT:8}",
      "$${COMMIT:0:4}",
      "$${NO=dflt}",
      "$${TAG##v}",
      "$${BRANCH%%in}",
      "$${BRANCH/ma/xy}",
      "$$NO",
      "${HOME}",
      "$$GO",
      "$$token",
    ];
    const text = `build:\n  image: go\n  commands: ${JSON.stringify(commands)}\nmatrix: {GO: [1.5]}\n`;
    const job = await compileDroneJob(text, {
      trigger: { event: "tag", tag: "v2", branch: "main" },
      secrets: { token: "geheim" },
    });
    expect(stepOf(job, "build").scripts[0]?.commands).toEqual([
      "main",
      SHA.slice(0, 8),
      SHA.slice(0, 4),
      "dflt",
      "2",
      "ma",
      "xyin",
      "$$NO",
      "${HOME}",
      "1.5",
      "geheim",
    ]);
    expect(job.secrets).toEqual(["geheim"]);
  });

  test("variables of the command line are parameters, and reach the steps", async () => {
    const job = await compileDroneJob('kind: pipeline\nsteps: [{name: a, image: "x:${V}"}]', { variables: { V: "9" } });
    expect(stepOf(job, "a").image.text).toBe("x:9");
    expect(valuesOf(stepOf(job, "a"))["V"]).toBe("9");
  });
});

describe("networks of Drone 1 (DR-94)", () => {
  test.each([
    ["docker", "bridge"],
    ["kubernetes", "shared"],
  ])("type: %s is %s: a pod had everything at localhost", async (type, network) => {
    const job = await compileDroneJob(`kind: pipeline\ntype: ${type}\nsteps: [{name: a, image: b, commands: [c]}]`);
    expect(job.network).toBe(network);
  });
});

describe("variables of the old systems (DR-265 to DR-273)", () => {
  test("a tag, with its version in parts", async () => {
    const job = await compileDroneJob("kind: pipeline\nsteps: [{name: a, image: x}]", {
      trigger: { tag: "v1.2.3-rc.1" },
    });
    expect(valuesOf(job)).toMatchObject({
      CI: "true",
      DRONE_TAG: "v1.2.3-rc.1",
      DRONE_BUILD_EVENT: "tag",
      DRONE_COMMIT_REF: "refs/tags/v1.2.3-rc.1",
      DRONE_SEMVER: "1.2.3-rc.1",
      DRONE_SEMVER_MAJOR: "1",
      DRONE_STAGE_NAME: "default",
      DRONE_WORKSPACE: "/drone/src",
    });
  });

  test("a pull request has a target and a source", async () => {
    const trigger = { event: "pull_request", branch: "main", sourceBranch: "topic" };
    const job = await compileDroneJob("pipeline: {a: {image: x, group: g}}", { trigger });
    expect(valuesOf(job)).toMatchObject({
      DRONE_BRANCH: "main",
      DRONE_SOURCE_BRANCH: "topic",
      DRONE_PULL_REQUEST: "1",
      CI: "drone",
    });
  });

  test("without a remote the repository is named after its folder", async () => {
    const { remoteUrl: _, ...facts } = { remoteUrl: "", folderName: "my app" };
    const compiled = await compileDrone("pipeline: {a: {image: x, group: g}}", { facts: { ...facts, remoteUrl: "" } });
    expect(valuesOf(compiled.pipeline?.jobs[0] ?? (await compileDroneJob("")))).toMatchObject({
      DRONE_REPO: "local/my-app",
    });
  });

  test("workspace: base and path (DR-259 to DR-261)", async () => {
    const at = async (text: string): Promise<string> => (await compileDroneJob(text)).workspace.sourcePath;
    expect(await at("workspace: {base: /go, path: src/x}\npipeline: {a: {image: x}}")).toBe("/go/src/x");
    expect(await at("clone: {path: github.com/a/b}\nbuild: {image: x, commands: [y]}")).toBe(
      "/drone/src/github.com/a/b",
    );
    expect(await at("kind: pipeline\nworkspace: {path: sub}\nsteps: [{name: a, image: x}]")).toBe("/drone/src/sub");
  });

  test("0.8 without a hint, with localhost in its commands, is run both ways (DR-119)", async () => {
    const job = await compileDroneJob(
      "pipeline: {a: {image: x, commands: [curl 127.0.0.1]}}\nservices: {s: {image: y}}",
    );
    expect(job).toMatchObject({ network: "shared", networkCertainty: "default", mentionsLocalhost: true });
    const sure = await compileDroneJob("pipeline: {a: {image: x, group: g, commands: [curl 127.0.0.1]}}");
    expect(sure.network).toBe("bridge");
  });

  test("image_pull_secrets hold Docker's configuration (DR-158)", async () => {
    const auth = Buffer.from("me:pw").toString("base64");
    const secrets = {
      cfg: JSON.stringify({
        auths: { "https://index.docker.io/v1/": { auth }, "r.example": { username: "u", password: "p" } },
      }),
    };
    const text =
      "kind: pipeline\nimage_pull_secrets: [cfg]\nsteps: [{name: a, image: x}, {name: b, image: r.example/y}, {name: c, image: other.example/z}]";
    const job = await compileDroneJob(text, { secrets });
    expect(job.steps.map((step) => step.registryAuth)).toEqual([
      { username: "me", password: "pw" },
      { username: "u", password: "p" },
      undefined,
    ]);
  });
});
