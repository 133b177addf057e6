import { describe, expect, test } from "vitest";
import { type CompileChoices, compileGitlab, compileJob, valuesOf } from "../../../tests/compile-gitlab.ts";
import type { Service } from "../../model/service.ts";

function servicesOf(services: string, variables = "{}", choices: CompileChoices = {}): readonly Service[] {
  return compileJob(`J:\n  script: x\n  image: a\n  variables: ${variables}\n  services: ${services}\n`, "J", choices)
    .services;
}

describe("services in every form (GS-101 to GS-112)", () => {
  test("a word is a map with a name", () => {
    const [word, map] = servicesOf("[postgres:16, {name: postgres:16}]");
    expect({ ...word, at: 0, image: 0 }).toEqual({ ...map, at: 0, image: 0 });
    expect(word).toMatchObject({ image: { text: "postgres:16" }, hostNames: ["postgres"], label: "postgres" });
  });

  test("everything a map can say arrives", () => {
    const [service] = servicesOf(
      `
    - name: reg.example:5000/team/pg:15
      alias: "db, primary db"
      entrypoint: ["/bin/sh", "-c"]
      command: ["run", "$NOT_EXPANDED"]
      pull_policy: [always, if-not-present]
      docker: {user: "$WHO", platform: linux/arm64}
      variables: {A: 1}`,
      "{WHO: '1000:1000'}",
    );
    expect(service).toMatchObject({
      image: {
        text: "reg.example:5000/team/pg:15",
        pullPolicy: ["always", "if-not-present"],
        platform: "linux/arm64",
        user: "1000:1000",
      },
      entrypoint: ["/bin/sh", "-c"],
      command: ["run", "$NOT_EXPANDED"],
      hostNames: ["reg.example__team__pg", "reg.example-team-pg", "db", "primary"],
      derivedNameCount: 2,
      label: "db",
      privileged: false,
      wantsPrivileged: false,
      at: { file: ".gitlab-ci.yml", line: 6, column: 13 },
    });
  });

  test("a registry's port goes, its host stays (GY-272)", () => {
    const [service] = servicesOf('[{name: "registry.local:5000/team/pg:15", alias: "db, primary"}]');
    expect(service?.hostNames).toEqual(["registry.local__team__pg", "registry.local-team-pg", "db", "primary"]);
  });

  test("the same image twice stays twice: who gets which name is the plan's business (GS-212)", () => {
    expect(servicesOf("[mysql, mysql]").map((service) => service.hostNames)).toEqual([["mysql"], ["mysql"]]);
  });

  test("an alias that is also a derived name is no collision (PP-11)", () => {
    expect(servicesOf("[{name: docker:dind, alias: docker}]")[0]).toMatchObject({
      hostNames: ["docker"],
      derivedNameCount: 1,
    });
  });

  test("names and aliases expand before host names are made (GS-308)", () => {
    const [service] = servicesOf("[{name: '$IMG', alias: 'x-$V'}]", "{IMG: 'a/b:${V}', V: '2'}");
    expect(service).toMatchObject({ image: { text: "a/b:2" }, hostNames: ["a__b", "a-b", "x-2"] });
  });

  test.each([
    ["docker:dind", true],
    ["docker:24.0-dind-rootless", true],
    ["reg.example/x/docker:24-dind", true],
    ["docker:24", false],
    ["notdocker:dind", false],
    ["docker", false],
  ])("%s wants privilege: %s", (image, wants) => {
    expect(servicesOf(`["${image}"]`)[0]?.wantsPrivileged).toBe(wants);
  });

  test("an empty entrypoint counts as not set, and it is said (GS-123)", () => {
    const { pipeline, diagnostics } = compileGitlab(
      "J: {script: x, image: a, services: [{name: b, entrypoint: [], command: ['']}]}\n",
    );
    expect(pipeline?.jobs[0]?.services[0]).not.toHaveProperty("entrypoint");
    expect(pipeline?.jobs[0]?.services[0]?.command).toEqual([""]);
    expect(diagnostics).toMatchObject([{ severity: "note", code: "empty-entrypoint" }]);
  });
});

describe("what a service's environment holds (GS 3.3)", () => {
  test("public variables of the job, then its own, which win (GS-310, GS-317)", () => {
    const [service] = servicesOf("[{name: b, variables: {B: own, C: '$A-$B'}}]", "{A: job, B: job}");
    expect(valuesOf(service?.variables ?? new Map())).toEqual({ A: "job", B: "own", C: "job-own" });
    expect(service?.variables.get("CI")?.value).toBe("true");
  });

  test.each([
    ["$FOO", "$FOO"],
    ["$FOO-x", "$FOO-x-x"],
  ])("FOO: %s is %s: it cannot use itself (GS-315)", (value, expected) => {
    const [service] = servicesOf(`[{name: b, variables: {FOO: "${value}"}}]`, "{FOO: job}");
    expect(service?.variables.get("FOO")?.value).toBe(expected);
  });

  test("a sibling gives its unexpanded text (GS-315)", () => {
    const [service] = servicesOf("[{name: b, variables: {X: '$Y', Y: '$A'}}]", "{A: a}");
    expect(service?.variables.get("X")?.value).toBe("$A");
  });

  test("a secret stays with the job unless it is handed over by name (GS-313, GS-314)", () => {
    const secret = { variables: { TOKEN: { value: "hunter22", masked: true }, OPEN: "seen" } };
    const [kept, handed] = servicesOf("[b, {name: c, variables: {T: '$TOKEN'}}]", "{}", secret);
    expect(kept?.variables.has("TOKEN")).toBe(false);
    expect(kept?.variables.get("OPEN")?.value).toBe("seen");
    expect(handed?.variables.get("T")?.value).toBe("hunter22");
    expect(handed?.variables.has("TOKEN")).toBe(false);
  });

  test("a secret given for a name that the file hands to its services goes there too", () => {
    const secret = { variables: { PASSWORD: { value: "hunter22", masked: true } } };
    expect(servicesOf("[b]", "{PASSWORD: example}", secret)[0]?.variables.get("PASSWORD")?.value).toBe("hunter22");
  });
});

describe("a service that cannot be one", () => {
  test("a name that expands to nothing is left out, and the variable is named (GS-208)", () => {
    const { pipeline, diagnostics } = compileGitlab(
      "J:\n  script: x\n  image: a\n  services:\n    - $DB\n    - redis\n",
    );
    expect(pipeline?.jobs[0]?.services.map((service) => service.image.text)).toEqual(["redis"]);
    expect(diagnostics).toMatchObject([{ severity: "warning", code: "service-left-out", at: { line: 5, column: 7 } }]);
    expect(diagnostics[0]?.message).toBe('service "$DB" expands to nothing and is left out: variable "DB" not set');
  });

  test("a reference that lacks a variable is a warning, and the plan refuses it", () => {
    const { diagnostics } = compileGitlab("variables: {I: 'x:$TAG'}\nJ: {script: x, image: a, services: [$I]}\n");
    expect(diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      "warning unset-variable",
      "warning invalid-image-reference",
    ]);
    expect(diagnostics[1]?.message).toBe('image "$I" is not known here: variable "TAG" is not set');
    expect(diagnostics[1]?.hint).toBe("give it with --variable TAG=VALUE");
  });

  test.each([
    ["app:${TAG:-1}", 'invalid image reference "app:", from "app:${TAG:-1}"', "only a shell works"],
    ["app:${{ TAG }}", 'invalid image reference "app:}", from "app:${{ TAG }}"', "expected [registry"],
  ])("%s lacks no variable that somebody could set", (name, message, hint) => {
    const { diagnostics } = compileGitlab(`J: {script: x, image: "${name}"}\n`);
    const found = diagnostics.find(({ code }) => code === "invalid-image-reference");
    expect(found).toMatchObject({ severity: "warning", message });
    expect(found?.hint).toContain(hint);
  });

  test("an invalid digest keeps the host names, with a warning (GS-206)", () => {
    const { pipeline, diagnostics } = compileGitlab(
      `J: {script: x, image: a, services: ["app@sha256:${"a".repeat(66)}"]}\n`,
    );
    expect(pipeline?.jobs[0]?.services[0]?.hostNames).toEqual(["app"]);
    expect(diagnostics).toMatchObject([{ severity: "warning", code: "invalid-digest" }]);
  });
});

describe("the user's own probe (GS-506)", () => {
  test.each([
    ["[{name: b, variables: {HEALTHCHECK_TCP_PORT: '8080'}}]", "{}", [8080]],
    ["[{name: b, variables: {healthcheck_tcp_port: 9000}}]", "{HEALTHCHECK_TCP_PORT: '1'}", [9000]],
    ["[b]", "{HEALTHCHECK_TCP_PORT: 5432}", [5432]],
    ["[b]", "{HealthCheck_Tcp_Port: '5432'}", [5432]],
    ["[b]", "{}", undefined],
  ])("%s with %s", (services, variables, ports) => {
    expect(servicesOf(services, variables)[0]?.healthPorts).toEqual(ports);
  });
});

describe("CI_DEBUG_SERVICES (GS-901, GS-902)", () => {
  const shows = (value: string): boolean =>
    compileJob(`variables: {CI_DEBUG_SERVICES: "${value}"}\nJ: {script: x, image: a}\n`, "J").showServiceLogs;

  test.each(["1", "t", "T", "TRUE", "true", "True"])("%s switches it on", (value) => {
    expect(shows(value)).toBe(true);
  });

  test.each(["0", "f", "F", "FALSE", "false", "False", "", "yes", "TrUe"])("%j leaves it off", (value) => {
    expect(shows(value)).toBe(false);
  });

  test("a value that is no boolean is told", () => {
    const { diagnostics } = compileGitlab('variables:\n  CI_DEBUG_SERVICES: "on"\nJ: {script: x, image: a}\n');
    expect(diagnostics).toMatchObject([{ severity: "warning", at: { line: 2, column: 3 } }]);
    expect(diagnostics[0]?.message).toBe('CI_DEBUG_SERVICES: expected bool got "on", using default value: false');
  });
});
