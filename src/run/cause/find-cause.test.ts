import { describe, expect, test } from "vitest";
import { testJobPlan, testService, testStep } from "../../../tests/test-plans.ts";
import type { ContainerEnd } from "../../engines/engine.ts";
import type { ServicePlan } from "../../model/job-plan.ts";
import type { Cause } from "../../model/outcome.ts";
import { EngineUnavailableError, ImageError } from "../../model/outrigger-error.ts";
import type { ServiceStanding } from "../service-book.ts";
import { findCause } from "./find-cause.ts";

const POSTGRES = testService("db", "postgres:16", { hostNames: ["postgres", "db"] });

function died(service: ServicePlan, log: string, end: Partial<ContainerEnd> = {}): Cause | undefined {
  const plan = testJobPlan({ name: "test", services: [service] });
  return findCause(plan, {
    kind: "service_died",
    service,
    end: { exitCode: 1, oomKilled: false, ...end },
    wasReady: false,
    afterMs: 600,
    logTail: log.split("\n"),
  });
}

function script(log: string, exitCode: number, services: readonly ServicePlan[] = [POSTGRES]): Cause | undefined {
  const plan = testJobPlan({ name: "test", services, steps: [testStep("alpine:3.7", [])] });
  return findCause(plan, { kind: "script", exitCode, oomKilled: false, step: "build", logTail: log.split("\n") });
}

describe("why a service died", () => {
  const POSTGRES_LOG =
    "Error: Database is uninitialized and superuser password is not specified.\n" +
    "       You must specify POSTGRES_PASSWORD to a non-empty value for the superuser.";
  const MYSQL_LOG =
    "[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n" +
    "    You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD";
  const MARIADB_LOG = MYSQL_LOG.replace("MYSQL_ROOT_PASSWORD", "MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_HASH");
  test.each([
    [
      "no password for postgres",
      POSTGRES,
      POSTGRES_LOG,
      {},
      "service_password_missing",
      "exited 1: no POSTGRES_PASSWORD",
    ],
    [
      "no password for mysql",
      testService("mysql", "mysql:8"),
      MYSQL_LOG,
      {},
      "service_password_missing",
      "no MYSQL_ROOT_PASSWORD",
    ],
    [
      "no password for mariadb",
      testService("m", "mariadb:11"),
      MARIADB_LOG,
      {},
      "service_password_missing",
      "no MARIADB_ROOT_PASSWORD",
    ],
    [
      "out of memory",
      testService("db", "postgres:16", { memoryBytes: 268_435_456 }),
      "",
      { exitCode: 137, oomKilled: true },
      "service_out_of_memory",
      "was killed: out of memory (limit 256 MiB)",
    ],
    [
      "another processor",
      POSTGRES,
      "exec /usr/bin/x: exec format error",
      {},
      "service_wrong_architecture",
      "exec format error",
    ],
    [
      "another version's data",
      POSTGRES,
      "DETAIL:  The data directory was initialized by PostgreSQL version 14, which is not compatible with this version 16.4.",
      {},
      "service_data_version",
      "(14, the server is 16.4)",
    ],
    [
      "a full disk",
      POSTGRES,
      "initdb: error: could not write file: No space left on device",
      {},
      "service_disk_full",
      "no space left",
    ],
    [
      "permission on a volume",
      POSTGRES,
      "mkdir: cannot create directory '/data': Permission denied",
      {},
      "service_permission_denied",
      "likely because: mkdir",
    ],
    [
      "a command that is not there",
      testService("a", "a"),
      "",
      { exitCode: 127, error: 'exec: "serve": executable file not found in $PATH' },
      "service_command_not_found",
      'could not start: "serve" is not in the image',
    ],
    [
      "docker-in-docker without privilege",
      testService("docker", "docker:dind", { lacksPrivilege: true }),
      "mount: permission denied (are you root?)",
      {},
      "service_needs_privileged",
      "needs privileged",
    ],
    [
      "nothing known",
      testService("a", "a"),
      "goodbye",
      { exitCode: 9 },
      "service_exited",
      "exited 9 after 0.6 s, before it was ready",
    ],
  ] as const)("%s", (_, service, log, end, kind, text) => {
    const cause = died(service, log, end);
    expect(cause).toMatchObject({ kind, service: service.id, job: "test" });
    expect(cause?.text).toContain(text);
    expect(cause?.hint).toBeTruthy();
  });

  test("an out-of-memory kill says the last use seen", () => {
    const service = testService("db", "postgres:16", { memoryBytes: 67_108_864 });
    const cause = findCause(testJobPlan({ services: [service] }), {
      kind: "service_died",
      service,
      end: { exitCode: 137, oomKilled: true },
      wasReady: true,
      afterMs: 1000,
      logTail: [],
      memory: { usedBytes: 66_060_288, limitBytes: 67_108_864 },
    });
    expect(cause?.text).toContain("(limit 64 MiB, last use seen 63 MiB)");
  });

  test("a log that names a password that was given is no reason", () => {
    const service = { ...POSTGRES, env: new Map([["POSTGRES_PASSWORD", "x"]]) };
    expect(died(service, "using POSTGRES_PASSWORD")?.kind).toBe("service_exited");
  });

  test("an unsure cause says likely", () => {
    expect(died(POSTGRES, "x: Permission denied")).toMatchObject({ certain: false });
  });
});

describe("why a script failed", () => {
  test.each([
    [
      "localhost",
      'psql: error: connection to server at "localhost" (127.0.0.1), port 5432 failed: Connection refused',
      2,
      "script_localhost",
      "db:5432",
    ],
    ["node's localhost", "Error: connect ECONNREFUSED 127.0.0.1:5432", 1, "script_localhost", "db:5432"],
    [
      "a host name with a slip",
      'could not translate host name "postgers" to address',
      2,
      "script_unknown_host",
      "use postgres",
    ],
    ["node's unknown host", "Error: getaddrinfo ENOTFOUND postgress", 1, "script_unknown_host", "use postgres"],
    [
      "a command nobody has",
      "bash: line 3: frobnicate: command not found",
      127,
      "script_command_not_found",
      "frobnicate",
    ],
    ["a full disk", "cp: error writing 'f': No space left on device", 1, "script_disk_full", "outrigger gc"],
    ["anything else", "1 test failed", 4, "script_failed", "job"],
  ])("%s", (_, log, exitCode, kind, hint) => {
    const cause = script(log, exitCode);
    expect(cause).toMatchObject({ kind, job: "test" });
    expect(cause?.hint).toContain(hint);
  });

  test.each(["sh: php: not found", "/bin/sh: eval: line 2: php: not found", "sh: 5: php: not found"])(
    "software of a service's image is not in the job (GS-129): %s",
    (log) => {
      const cause = script(log, 127, [testService("php", "php:7")]);
      expect(cause).toMatchObject({ kind: "script_software_of_service", certain: true });
      expect(cause?.text).toContain('"php" is not in the job\'s image (alpine:3.7)');
    },
  );

  test("a refused port that no service has says nothing about services", () => {
    expect(script("ECONNREFUSED 127.0.0.1:9999", 1)?.kind).toBe("script_failed");
  });

  describe("a port that a living service refuses", () => {
    const REDIS = testService("cache", "redis:7", { hostNames: ["redis", "cache"] });
    const doubt = "listens on 6380, image exposes 6379";
    const refused = (log: string, standing: Omit<ServiceStanding, "id" | "ports"> = { doubt }): Cause | undefined =>
      findCause(testJobPlan({ name: "test", services: [REDIS], steps: [testStep("alpine:3.7", [])] }), {
        kind: "script",
        exitCode: 1,
        oomKilled: false,
        step: "build",
        logTail: log.split("\n"),
        services: [{ id: "cache", ports: [6379], ...standing }],
      });

    test.each([
      "Could not connect to Redis at cache:6379: Connection refused",
      "Error: connect ECONNREFUSED 172.18.0.2:6379",
      "dial tcp: redis:6379: i/o timed out",
    ])("%s", (log) => {
      const cause = refused(log);
      expect(cause).toMatchObject({ kind: "script_service_refused", service: "cache", certain: false });
      expect(cause?.text).toContain(doubt);
    });

    test("nothing is said of a service that is sound, of one that is dead, and of another's port", () => {
      const log = "connect ECONNREFUSED 172.18.0.2:6379";
      expect(refused(log, {})?.kind).toBe("script_failed");
      expect(refused("connect ECONNREFUSED 172.18.0.2:80")?.kind).toBe("script_failed");
      const died = { end: { exitCode: 1, oomKilled: false }, agoMs: 10 };
      expect(refused(log, { doubt, died })?.kind).toBe("script_service_dead");
    });
  });

  test("a job that passed has no cause", () => {
    expect(script("", 0)).toBeUndefined();
  });
});

describe("why a job did not even start", () => {
  test("an error of the world keeps its code and hint", () => {
    const error = new ImageError("image_not_found", "nope", 'image "nope" was not found', { hint: "check the name" });
    expect(findCause(testJobPlan(), { kind: "error", error })).toMatchObject({
      kind: "image_not_found",
      hint: "check the name",
    });
    const plan = testJobPlan({ services: [POSTGRES] });
    const missing = new ImageError("image_not_found", "postgres:16", "not found");
    expect(findCause(plan, { kind: "error", error: missing })?.at).toEqual(POSTGRES.at);
    const gone = new EngineUnavailableError("the engine went away");
    expect(findCause(testJobPlan(), { kind: "error", error: gone })?.kind).toBe("engine_unavailable");
  });

  test("a time limit says which, and where to change it", () => {
    expect(findCause(testJobPlan(), { kind: "timed_out", afterMs: 3_600_000 })).toMatchObject({
      kind: "job_timed_out",
      text: "job job took longer than 1 h",
    });
  });
});
