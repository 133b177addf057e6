import { expect } from "vitest";
import { hasSharedFolder, yamlBlocks } from "../shared-folder.ts";
import { CliProject, type CliResult, eventOf } from "./cli-project.ts";

/** The engine that examples run on, by the words of the command line. */
export interface ExampleEngine {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A shell that nobody talks to ends at once; where its input stays open it lives until the job ends. */
  readonly idleShellsEnd: boolean;
}

/** Every example of GitLab's page on services that an engine can run, unchanged; where it is a part of a file, with a job added. */
const blocks = hasSharedFolder ? yamlBlocks("gitlab-services.ja.md") : [];

function block(start: string): string {
  const found = blocks.find((text) => text.includes(start));
  if (found === undefined) throw new Error(`no example with ${start}`);
  return found;
}

/** A job that tries a TCP port, or prints a page, with what a small image has. */
function jobThat(...script: readonly string[]): string {
  return `\nprobe-job:\n  image: alpine:3.7\n  script:\n${script.map((line) => `    - ${line}\n`).join("")}`;
}

/** Names of the examples, and what runs and judges each. */
export function seedExamples(engine: () => ExampleEngine): readonly (readonly [string, () => Promise<void>])[] {
  const runIn = async (project: CliProject, argv: readonly string[]): Promise<CliResult> =>
    await project.run([...engine().argv, ...argv], engine().env);
  const callIn = async (project: CliProject, [command = "", ...argv]: readonly string[]): Promise<CliResult> =>
    await project.call([command, ...engine().argv, ...argv], engine().env);
  const runFile = async (text: string, argv: readonly string[] = []): Promise<CliResult> => {
    using project = new CliProject({ ".gitlab-ci.yml": text });
    return await runIn(project, argv);
  };
  return [
    [
      "services add no software to the job: php -v fails with 1, and the services that end are no failure",
      async () => {
        const result = await runFile(block("- php -v"));
        expect(result.exitCode).toBe(1);
        expect(eventOf(result, "job.finished")).toMatchObject({ state: "failed", exitCode: 127 });
        expect(eventOf(result, "run.finished").cause).toMatchObject({ kind: "script_software_of_service" });
        expect(result.events.filter((event) => event.type === "service.failed")).toEqual([]);
        const done = result.events.filter((event) => event.type === "service.ended" && event.why === "done");
        expect(done).toHaveLength(engine().idleShellsEnd ? 3 : 0);
      },
    ],

    [
      "two jobs, each with its own image and postgres",
      async () => {
        const result = await runFile(block("test:2.6:"), ["--variable", "POSTGRES_HOST_AUTH_METHOD=trust"]);
        expect(result.exitCode).toBe(0);
        const ready = result.events.filter((event) => event.type === "service.ready");
        expect(ready.map((event) => event.job).toSorted()).toEqual(["test:2.6", "test:2.7"]);
      },
    ],

    [
      "without a password postgres ends, the script does not start, and the cause says why",
      async () => {
        const result = await runFile(block("test:2.6:"), ["test:2.6"]);
        expect(result.exitCode).toBe(3);
        expect(eventOf(result, "service.failed")).toMatchObject({ exitCode: 1, wasReady: false });
        expect(eventOf(result, "service.failed").logTail.join("\n")).toContain("POSTGRES_PASSWORD");
        expect(eventOf(result, "run.finished")).toMatchObject({
          exitCode: 3,
          cause: { kind: "service_password_missing" },
        });
        expect(result.events.some((event) => event.type === "script.started")).toBe(false);
      },
    ],

    [
      "aliases, an entry point of the service's own, a shell as the job's entry point",
      async () => {
        const result = await runFile(block("my-postgres:11.7"), ["--variable", "POSTGRES_HOST_AUTH_METHOD=trust"]);
        expect(result.exitCode).toBe(0);
        expect(eventOf(result, "service.starting").hostNames).toEqual(["my-postgres", "db", "postgres", "pg"]);
        expect(eventOf(result, "job.finished").state).toBe("passed");
      },
    ],

    [
      "an image with a slash has two names",
      async () => {
        const only = blocks.find((candidate) => candidate.trim() === "services:\n  - tutum/wordpress:latest") ?? "";
        const job = jobThat(
          "wget -q -O /dev/null http://tutum-wordpress/",
          "wget -q -O /dev/null http://tutum__wordpress/",
        );
        const result = await runFile(only + job);
        expect(result.exitCode).toBe(0);
        expect(eventOf(result, "service.starting").hostNames).toEqual(["tutum__wordpress", "tutum-wordpress"]);
      },
    ],

    [
      "services that need each other find each other",
      async () => {
        using project = new CliProject({
          ".gitlab-ci.yml": block("end-to-end-tests:"),
          "package.json": '{"name":"e2e"}\n',
        });
        const result = await runIn(project, ["--variable", "FIREFOX_VERSION=latest"]);
        expect(result.exitCode).toBe(0);
        const ready = result.events.filter((event) => event.type === "service.ready");
        expect(ready.map((event) => event.service).toSorted()).toEqual(["backend-api", "db", "firefox"]);
      },
    ],

    [
      "variables reach the services, which take them as their settings",
      async () => {
        const text = block("POSTGRES_INITDB_ARGS");
        const result = await runFile(text);
        expect(result.exitCode).toBe(0);
        expect(eventOf(result, "service.ready").service).toBe("db");
      },
    ],

    [
      "the same image twice: both start, the name goes to the first, and it is said (D-2)",
      async () => {
        const text =
          blocks.find((candidate) => candidate.trim() === "services:\n  - mysql:latest\n  - mysql:latest") ?? "";
        const result = await runFile(text + jobThat("echo | nc -w 1 mysql 3306"), [
          "--variable",
          "MYSQL_ALLOW_EMPTY_PASSWORD=1",
        ]);
        expect(result.exitCode).toBe(0);
        expect(result.events.filter((event) => event.type === "service.started")).toHaveLength(2);
        expect(result.stderr).toContain('Skipping alias "mysql" for service "mysql:latest" (services[1])');
      },
    ],

    [
      "the same image twice with aliases: each answers to its own",
      async () => {
        const job = jobThat("echo | nc -w 1 mysql-1 3306", "echo | nc -w 1 mysql-2 3306", "echo | nc -w 1 mysql 3306");
        const result = await runFile(block("alias: mysql-2") + job, ["--variable", "MYSQL_ALLOW_EMPTY_PASSWORD=1"]);
        expect(result.exitCode).toBe(0);
      },
    ],

    [
      "a command of the service's own",
      async () => {
        const text = block('command: ["/usr/bin/super-sql", "run"]');
        const result = await runFile(
          text + jobThat("wget -q -O - http://super-sql:7432/", "wget -q -O - http://super__sql:7432/"),
        );
        expect(result.exitCode).toBe(0);
        expect(eventOf(result, "service.ready")).toMatchObject({ service: "sql" });
      },
    ],

    [
      "CI_DEBUG_SERVICES shows the services' logs, by name",
      async () => {
        const services = "\nservices:\n  - name: redis:7\n    alias: cache\n";
        using project = new CliProject({
          ".gitlab-ci.yml": block("CI_DEBUG_SERVICES") + services + jobThat("echo | nc -w 1 cache 6379"),
        });
        const result = await callIn(project, ["run", "--progress", "plain", "--color", "never"]);
        expect(result.exitCode).toBe(0);
        expect(result.stdout).toMatch(/^probe-job:cache \| .*Ready to accept connections/m);
      },
    ],
  ];
}
