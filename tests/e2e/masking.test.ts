import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CliProject, type CliResult, jobOutput } from "./cli-project.ts";

const PLAIN = "s3cr3t-Value/+0";
const LINES = ["-----BEGIN KEY-----", "bGluZSBvbmUgb2YgaXQ", "YW5kIGEgc2Vjb25kIQ"];
const SHOWN = "not a secret";

/** The secret comes out whole, in pieces, over lines, encoded by the job, from stderr, from a service and from a cause. */
const PIPELINE = `
default: {image: busybox}
job:
  services:
    - name: busybox
      alias: db
      command: [sh, -c, 'while true; do echo "service has $TOKEN"; printf "%s" "$KEY" >&2; echo; sleep 0.3; done']
      variables: {TOKEN: $TOKEN, KEY: $KEY}
  script:
    - echo "whole $TOKEN end"
    - printf 'split %.5s' "$TOKEN"; sleep 0.2; printf '%s end\\n' "$(echo "$TOKEN" | cut -c6-)"
    - echo "error $TOKEN end" >&2
    - echo "$KEY"
    - echo "before $SHOWN after"
    - printf 'tail %s' "$TOKEN"
  after_script: [echo "after $TOKEN"]
dies:
  services:
    - name: memcached:latest
      alias: db
      command: [sh, -c, 'echo "last words $TOKEN"; exit 1']
      variables: {TOKEN: $TOKEN}
  script: [echo never]
fails: {script: ['echo "getaddrinfo ENOTFOUND $TOKEN" >&2', 'nosuch-$TOKEN', exit 3]}
`;

const project = new CliProject({ ".gitlab-ci.yml": PIPELINE });
afterAll(() => project[Symbol.dispose]());
const ARGV = ["--mask", "TOKEN", "--mask", "KEY", "--variable", `TOKEN=${PLAIN}`, "--variable", `SHOWN=${SHOWN}`];
const SECRETS = [PLAIN, ...LINES];

let job: CliResult;
let screen: CliResult;
let dead: CliResult;
let failed: CliResult;
beforeAll(async () => {
  const argv = [...ARGV, "--variable", `KEY=${LINES.join("\n")}`];
  [job, screen] = await Promise.all([
    project.run([...argv, "job"]),
    project.call(["run", ...argv, "--service-logs", "-v", "--json=events.ndjson", "job"]),
  ]);
  [dead, failed] = await Promise.all([project.run([...argv, "dies"]), project.run([...argv, "--debug", "fails"])]);
});

test("a masked value is [MASKED] wherever it comes out, also in pieces; the rest is not touched", () => {
  expect(jobOutput(job)).toEqual(
    expect.arrayContaining([
      "whole [MASKED] end",
      "split [MASKED] end",
      "error [MASKED] end",
      `before ${SHOWN} after`,
      "tail [MASKED]",
      "after [MASKED]",
    ]),
  );
  expect(job.exitCode).toBe(0);
});

test.each([
  ["events on stdout", () => job],
  ["the screen, with the services' logs", () => screen],
  ["a dead service's last lines and the cause", () => dead],
  ["a failed script's cause", () => failed],
] as const)("no secret is in %s", (_, result) => {
  const text = result().stdout + result().stderr;
  expect(text).toContain("[MASKED]");
  for (const secret of SECRETS) expect(text).not.toContain(secret);
});

test("no secret is in anything that was written to disk", () => {
  const files = [project.stateFolder, project.folder].flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes(".git"))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  expect(files.length).toBeGreaterThan(8);
  for (const file of files) {
    const text = readFileSync(file, "latin1");
    for (const secret of SECRETS) expect(text.includes(secret), `${secret} in ${file}`).toBe(false);
  }
});

test("no secret is in what explain, lint and list print", async () => {
  for (const command of [["explain"], ["explain", "--json"], ["lint"], ["lint", "--json"], ["list"]]) {
    const { stdout, stderr, exitCode } = await project.call([
      ...command,
      ...ARGV,
      "--variable",
      `KEY=${LINES.join("\n")}`,
    ]);
    expect(exitCode).toBe(0);
    for (const secret of SECRETS) expect(stdout + stderr).not.toContain(secret);
  }
});
