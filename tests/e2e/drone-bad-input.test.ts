import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CliProject, eventOf } from "./cli-project.ts";

interface BadFile {
  readonly what: string;
  readonly text: string;
  /** `line:column` behind the file's name. */
  readonly at: string;
  readonly says: string;
  /** The next step; left out where the message is one itself. */
  readonly hint?: string;
  readonly argv?: readonly string[];
}

const axis = (name: string): string => `  ${name}: [${[...Array(10).keys()].join(", ")}]\n`;

/** Nothing of these may start. */
const REFUSED: readonly BadFile[] = [
  { what: "an empty file", text: "", at: "1:1", says: "the file holds nothing to run" },
  { what: "a list", text: "- a\n", at: "1:1", says: "expected a mapping of sections" },
  { what: "broken YAML", text: "pipeline:\n  a: [\n", at: "3:1", says: "flow sequence" },
  { what: "no steps", text: "services: {a: {image: b}}\n", at: "1:1", says: "no steps section found" },
  {
    what: "pipeline and steps",
    text: "pipeline: {a: {image: b}}\nsteps: {c: {image: d}}\n",
    at: "2:1",
    says: 'both "pipeline" and "steps" are here',
    hint: "remove the other",
  },
  {
    what: "a service without an image",
    text: "pipeline: {a: {image: b, group: c}}\nservices: {db: {pull: true}}\n",
    at: "2:12",
    says: "services.db has no image",
    hint: "add image: NAME",
  },
  {
    what: "a service without a name",
    text: "kind: pipeline\nsteps: [{name: a, image: b}]\nservices: [{image: c}]\n",
    at: "3:12",
    says: "services[0]: name is required (it becomes the host name)",
  },
  {
    what: "two services of one name",
    text: "kind: pipeline\nsteps: [{name: a, image: b}]\nservices: [{name: c, image: d}, {name: c, image: e}]\n",
    at: "3:33",
    says: 'name "c" is used by services.c (line 3) and services.c',
  },
  {
    what: "a plugin without an image",
    text: "kind: pipeline\nsteps: [{name: a, settings: {b: c}}]\n",
    at: "2:9",
    says: "linter: invalid or missing image: steps.a has no image",
    hint: "add image: NAME",
  },
  {
    what: "a volume of four parts",
    text: "pipeline: {a: {image: b, volumes: ['a:b:c:d']}}\n",
    at: "1:36",
    says: 'expected source:target or source:target:mode, not "a:b:c:d"',
  },
  {
    what: "an open ${",
    text: "pipeline: {a: {image: b, commands: ['echo ${X']}}\n",
    at: "1:37",
    says: "the ${ is not closed, expected }",
    hint: "write $${...}",
  },
  {
    what: "a secret that is not there",
    text: "kind: pipeline\nsteps: [{name: a, image: b, environment: {T: {from_secret: t}}}]\n",
    at: "2:46",
    says: 'secret "t" not found for steps.a.environment.T',
    hint: "--secret-file PATH",
  },
  {
    what: "a cycle of steps",
    text: "kind: pipeline\nsteps: [{name: a, image: x, depends_on: [b]}, {name: b, image: x, depends_on: [a]}]\n",
    at: "2:41",
    says: "linter: cyclical step dependency detected: a -> b -> a",
  },
  {
    what: "a cycle of pipelines",
    text: "kind: pipeline\nname: a\ndepends_on: [b]\nsteps: [{name: a, image: x}]\n---\nkind: pipeline\nname: b\ndepends_on: [a]\nsteps: [{name: a, image: x}]\n",
    at: "3:13",
    says: "linter: cyclical pipeline dependency detected: a -> b -> a",
  },
  {
    what: "a matrix of 10,000 cells",
    text: `pipeline: {a: {image: b}}\nmatrix:\n${["A", "B", "C", "D"].map(axis).join("")}`,
    at: "3:3",
    says: "matrix: 10000 combinations, at most 256 are run",
    hint: "take values away from the axes below line 3",
  },
  {
    what: "nothing but other runners",
    text: "kind: pipeline\ntype: exec\nsteps: [{name: a}]\n---\nkind: pipeline\ntype: ssh\nname: b\nsteps: [{name: a}]\n",
    at: "1:1",
    says: "no pipeline of this file can be run here",
  },
];

/** The file can run; what is odd about it is said, with its place. */
const TOLD: readonly BadFile[] = [
  {
    what: "two services on one port in shared mode",
    text: "build: {image: b, commands: [curl localhost]}\ncompose: {c: {image: d, ports: [80]}, e: {image: f, ports: [80]}}\n",
    at: "2:39",
    says: 'warning: services "c" and "e" both listen on 80; in shared network mode only one can',
    hint: "--network bridge",
  },
  {
    what: "links",
    text: "pipeline: {a: {image: b}}\nservices: {c: {image: d, links: [e]}}\n",
    at: "2:33",
    says: "warning: links is not needed: services are reachable by name and, in shared mode, at 127.0.0.1",
  },
  {
    what: "a secret's document",
    text: "kind: pipeline\nsteps: [{name: a, image: b}]\n---\nkind: secret\nname: token\ndata: x\n",
    at: "4:1",
    says: 'note: kind: secret "token" is not run: its value is not known here; give it with --secret-file',
  },
  {
    what: "another runner beside ours",
    text: "kind: pipeline\nsteps: [{name: a, image: b}]\n---\nkind: pipeline\ntype: ssh\nname: c\nsteps: [{name: a}]\n",
    at: "4:1",
    says: 'warning: pipeline "c" is left out: runner type "ssh" is not supported (supported: docker)',
  },
];

describe("a Drone file that cannot run, or not as it is meant", () => {
  const project = new CliProject({});
  const folder = (index: number): string => `file-${index}`;
  beforeAll(() => {
    for (const [index, { text }] of [...REFUSED, ...TOLD].entries()) {
      mkdirSync(join(project.folder, folder(index)));
      writeFileSync(join(project.folder, folder(index), ".drone.yml"), text);
    }
  });
  afterAll(() => project[Symbol.dispose]());

  test.each(REFUSED.map((file, index) => ({ ...file, index })))("$what", async ({ index, at, says, hint }) => {
    const file = `${folder(index)}/.drone.yml`;
    const { exitCode, stderr, stdout } = await project.call(["run", "--file", file]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    const error = stderr.split("\n").find((line) => line.includes(": error: ") && line.includes(says)) ?? stderr;
    expect(error).toMatch(new RegExp(`^${file}:${at}: `));
    if (hint !== undefined) expect(stderr.slice(stderr.indexOf("  hint: "))).toContain(hint);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test.each(TOLD.map((file, index) => ({ ...file, index: index + REFUSED.length })))(
    "$what",
    async ({ index, at, says, hint }) => {
      const file = `${folder(index)}/.drone.yml`;
      const { exitCode, stderr } = await project.call(["lint", file]);
      expect(exitCode).toBe(0);
      expect(stderr).toContain(`${file}:${at}: ${says}`);
      if (hint !== undefined) expect(stderr).toContain(hint);
    },
  );
});

test("a device that is not on the engine's machine is the cause, with its line and a way out", async () => {
  using project = new CliProject({
    ".drone.yml": `kind: pipeline
services:
- name: db
  image: redis
  devices: ["/dev/null:/dev/ok", "/dev/outrigger-has-none:/dev/x"]
steps:
- { name: a, image: busybox, commands: [echo never] }
`,
  });
  const result = await project.run(["--trusted"]);
  expect(result.exitCode).toBe(6);
  expect(eventOf(result, "run.finished").cause).toMatchObject({
    kind: "device_missing",
    text: expect.stringMatching(/^service "db": .*"\/dev\/outrigger-has-none"/),
    hint: expect.stringContaining('make "/dev/outrigger-has-none" there'),
    at: { file: ".drone.yml", line: 5 },
  });
});
