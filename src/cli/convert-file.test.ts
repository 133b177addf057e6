import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CliOutput } from "../../tests/call-cli.ts";
import { runInFolder } from "../../tests/run-in-folder.ts";
import { EXIT } from "./exit-codes.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outrigger-convert-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const convert = (files: Readonly<Record<string, string>>, ...argv: readonly string[]): Promise<CliOutput> =>
  runInFolder(folder, files, "convert", ...argv);

const DRONE = `kind: pipeline
name: api
steps: [{name: test, image: node, commands: [npm test], when: {event: push}}]
services: [{name: db, image: postgres, environment: {POSTGRES_PASSWORD: {from_secret: pg}}}]
`;

test("the value of a secret is in no stream, given or not", async () => {
  const files = { ".drone.yml": DRONE, secrets: "pg=geheim\n" };
  const given = await convert(files, "--to", "gitlab", "--secret-file", "secrets");
  const missing = await convert({}, "--to", "gitlab", ".drone.yml");
  expect(given.exitCode).toBe(EXIT.passed);
  expect(given.stdout).toContain("POSTGRES_PASSWORD: $PG");
  expect(given.stdout).toBe(missing.stdout);
  expect(given.stdout + given.stderr).not.toContain("geheim");
});

test("a masked variable of the command line becomes a reference in a service", async () => {
  const text =
    "t: {image: node, script: [a], services: [{name: postgres, variables: {POSTGRES_PASSWORD: $DB_PASSWORD}}]}\n";
  const choices = ["--variable", "DB_PASSWORD=geheim", "--mask", "DB_PASSWORD"];
  const { stdout, stderr } = await convert({ ".gitlab-ci.yml": text }, "--to", "drone-1", ...choices);
  expect(stdout).toContain("from_secret: DB_PASSWORD");
  expect(stdout + stderr).not.toContain("geheim");
});

test("what is lost is told line by line on stderr", async () => {
  const { stderr } = await convert({ ".drone.yml": DRONE }, "--to", "compose");
  expect(stderr).toMatch(/^not carried over: conditions: decided for one event/m);
});

test.each([
  ["an unknown target", ["--to", "jenkins"]],
  ["no target", []],
  ["conditions that leave nothing", ["--to", "gitlab", "--event", "tag", "--tag", "v1"]],
])("%s is a usage error", async (_name, argv) => {
  const { exitCode, stdout } = await convert({ ".drone.yml": DRONE }, ...argv);
  expect({ exitCode, stdout }).toEqual({ exitCode: EXIT.invalid, stdout: "" });
});
