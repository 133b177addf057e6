// oxlint-disable no-control-regex
import { describe, expect, test } from "vitest";
import { createEventLog } from "../../events/event-log.ts";
import type { RunEventBody } from "../../events/run-event.ts";
import type { ScreenMode } from "./screen-mode.ts";
import { openScreen } from "./terminal.ts";

const START_MS = Date.parse("2026-11-22T02:24:55.000Z");
const TTY: ScreenMode = { style: "tty", json: false, colours: false, ascii: false, verbose: false };
const PLAIN: ScreenMode = { ...TTY, style: "plain" };

/** What happens, and after how many milliseconds. */
type Story = readonly (readonly [number, RunEventBody])[];

interface Shown {
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams as one terminal would get them. */
  readonly both: string;
}

/** Plays a story with a clock that ticks every 100 ms. */
function show(story: Story, mode: ScreenMode, columns = 80): Shown {
  const shown = { stdout: "", stderr: "", both: "" };
  const sink = (stream: "stdout" | "stderr") => ({
    isTerminal: mode.style === "tty",
    columns,
    write: (text: string) => {
      shown[stream] += text;
      shown.both += text;
    },
  });
  let now = START_MS;
  let tick: (() => void) | undefined;
  const screen = openScreen({
    mode,
    version: "1.0",
    stdout: sink("stdout"),
    stderr: sink("stderr"),
    now: () => now,
    every: (_, onTick) => {
      tick = onTick;
      return () => (tick = undefined);
    },
  });
  const log = createEventLog({ runId: "7f3a", now: () => now, listeners: [screen] });
  for (const [atMs, body] of story) {
    while (now + 100 <= START_MS + atMs) {
      now += 100;
      tick?.();
    }
    now = START_MS + atMs;
    log.emit(body);
  }
  screen.close();
  return shown;
}

/** A terminal that knows what a live block needs: `\r`, cursor up, erase below. */
function whatStays(output: string): string {
  const lines = [""];
  let row = 0;
  // oxlint-disable-next-line no-control-regex
  for (const part of output.split(/(\r\x1b\[\d+A\x1b\[J|\n)/)) {
    const up = /\[(\d+)A/.exec(part)?.[1];
    if (up !== undefined) {
      row -= Number(up);
      lines.length = row + 1;
      lines[row] = "";
    } else if (part === "\n") {
      lines[++row] = "";
    } else lines[row] += part;
  }
  return lines.join("\n");
}

const job = "test";
const started: RunEventBody = {
  type: "run.started",
  file: ".gitlab-ci.yml",
  dialect: "gitlab",
  engine: "docker 27.1",
  changedFiles: 2,
  jobs: [
    {
      name: job,
      stage: "test",
      image: "node:20-slim",
      services: [
        { id: "db", image: "postgres:15" },
        { id: "cache", image: "redis:7" },
      ],
      showServiceLogs: false,
    },
  ],
};
const preparing: Story = [
  [0, started],
  [10, { type: "job.started", job, attempt: 1 }],
  [20, { type: "image.pulled", image: "postgres:15", how: "local", bytes: 0, afterMs: 10 }],
  [20, { type: "image.pulling", image: "redis:7" }],
  [20, { type: "image.pulling", image: "node:20-slim" }],
  [30, { type: "service.starting", job, service: "db", image: "postgres:15", hostNames: ["db", "postgres"] }],
  [300, { type: "service.started", job, service: "db", container: "outrigger-7f3a-test-db", address: "10.0.0.2" }],
  [900, { type: "image.progress", image: "node:20-slim", doneBytes: 44e6, totalBytes: 71e6 }],
  [1220, { type: "image.pulled", image: "redis:7", how: "pulled", bytes: 13.4e6, afterMs: 1200 }],
  [1230, { type: "service.starting", job, service: "cache", image: "redis:7", hostNames: ["cache", "redis"] }],
];
const passing: Story = [
  ...preparing,
  [1610, { type: "service.ready", job, service: "cache", probe: "tcp 6379", answer: "accepted", afterMs: 380 }],
  [2000, waiting(1970, 5)],
  [2340, { type: "service.ready", job, service: "db", probe: "tcp 5432", answer: "accepted", afterMs: 2310 }],
  [4820, { type: "image.pulled", image: "node:20-slim", how: "pulled", bytes: 71e6, afterMs: 4800 }],
  [7100, { type: "script.started", job, step: job, script: "main" }],
  [7110, { type: "job.log", job, step: job, fd: 1, text: "$ npm ci" }],
  [9000, { type: "service.log", job, service: "db", fd: 2, text: "LOG: checkpoint" }],
  [10_000, { type: "job.log", job, step: job, fd: 1, text: "added \x1b[32m412\x1b[0m packages in 3s" }],
  [18_300, { type: "script.finished", job, step: job, script: "main", exitCode: 0, afterMs: 11_200 }],
  [18_310, jobFinished({ waitedMs: 7100, scriptMs: 11_200 })],
  [18_390, { type: "run.cleaned", containers: 3, networks: 1, volumes: 0, problems: [] }],
  [18_400, { type: "run.finished", state: "passed", exitCode: 0, afterMs: 18_400 }],
];
const cause = {
  kind: "service_exited",
  text: "service db (postgres:15) exited 1: no POSTGRES_PASSWORD",
  hint: "add it under variables: in .gitlab-ci.yml:9, for example\n  POSTGRES_PASSWORD: example",
  job,
  service: "db",
  certain: true,
};
const failing: Story = [
  ...preparing,
  [
    1500,
    {
      type: "service.failed",
      job,
      service: "db",
      image: "postgres:15",
      exitCode: 1,
      oomKilled: false,
      wasReady: false,
      fatal: true,
      reason: "exited 1",
      afterMs: 1470,
      logTail: ["Error: Database is uninitialized and superuser password is not specified.", "You must specify it."],
    },
  ],
  [1510, jobFinished({ state: "service_failed", exitCode: null, waitedMs: 1500, cause })],
  [1890, { type: "run.cleaned", containers: 2, networks: 1, volumes: 1, problems: [] }],
  [1900, { type: "run.finished", state: "failed", exitCode: 3, afterMs: 1900, cause }],
];
const unready: Story = [
  ...preparing,
  [
    31_000,
    {
      type: "service.unready",
      job,
      service: "db",
      container: "outrigger-7f3a-test-db",
      probe: "tcp 5432",
      reason: 'service "outrigger-7f3a-test-db" timeout',
      afterMs: 30_000,
      logTail: ["still \x1b[2Jinitializing"],
    },
  ],
];
const interrupted: Story = [
  ...preparing,
  [2000, jobFinished({ state: "canceled", exitCode: null, waitedMs: 1990 })],
  [2400, { type: "run.cleaned", containers: 2, networks: 1, volumes: 1, problems: ["volume x is in use"] }],
  [2500, { type: "run.finished", state: "canceled", exitCode: 130, afterMs: 2500 }],
];

function waiting(afterMs: number, tries: number): RunEventBody {
  const about = { job, service: "db", probe: "pg_isready", detail: "no response" };
  return { type: "service.waiting", ...about, tries, afterMs, timeoutMs: 60_000 };
}

function jobFinished(fields: Partial<Extract<RunEventBody, { type: "job.finished" }>>): RunEventBody {
  const usual = { state: "passed", exitCode: 0, allowed: false, attempt: 1, willRetry: false } as const;
  return { type: "job.finished", job, ...usual, waitedMs: 0, scriptMs: 0, ...fields };
}

describe("the screen of a run (ui.md C2, C3, C4)", () => {
  const cases: readonly (readonly [string, Story, ScreenMode, number])[] = [
    ["tty-80-passed", passing, TTY, 80],
    ["tty-120-passed-colours", passing, { ...TTY, colours: true }, 120],
    ["tty-40-passed-ascii", passing, { ...TTY, ascii: true }, 40],
    ["tty-80-service-failed", failing, TTY, 80],
    ["tty-80-service-unready", unready, TTY, 80],
    ["tty-80-interrupted", interrupted, TTY, 80],
  ];
  test.each(cases)("%s", async (name, story, mode, columns) => {
    const stays = whatStays(show(story, mode, columns).both);
    await expect(stays.replaceAll("\x1b", "ESC")).toMatchFileSnapshot(`../../../tests/cases/screen/${name}.txt`);
  });

  test.each([
    ["plain-passed", passing, PLAIN],
    ["plain-service-failed", failing, PLAIN],
    ["plain-service-unready", unready, PLAIN],
    ["quiet-service-failed", failing, { ...PLAIN, style: "quiet" }],
  ] as const)("%s", async (name, story, mode) => {
    const { both } = show(story, mode);
    expect(both).not.toMatch(/[\r\x1b]/);
    await expect(both).toMatchFileSnapshot(`../../../tests/cases/screen/${name}.txt`);
  });

  test("live block", async () => {
    const story: Story = [
      ...passing.filter(([atMs]) => atMs <= 2000),
      [2099, waiting(2069, 6)],
      [2150, waiting(2120, 7)],
    ];
    const { both } = show(story, TTY);
    const lastBlock = both.split(/\x1b\[\dA\x1b\[J/).at(-2) ?? "";
    await expect(lastBlock).toMatchFileSnapshot("../../../tests/cases/screen/live-block.txt");
  });

  test("what jobs print is all of stdout", () => {
    expect(show(passing, PLAIN).stdout).toBe("test | $ npm ci\ntest | added 412 packages in 3s\n");
    expect(show(passing, TTY).stdout).toBe("test | $ npm ci\ntest | added 412 packages in 3s\n");
  });

  test("--json: events and nothing else on stdout, and the rest on stderr", () => {
    const { stdout, stderr } = show(passing, { ...PLAIN, json: true });
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(events).toHaveLength(passing.length);
    expect(events[0]).toMatchObject({ v: 1, seq: 1, t: "2026-11-22T02:24:55.000Z", run: "7f3a", type: "run.started" });
    expect(stderr).toContain("test | $ npm ci\n");
    expect(show(passing, { ...PLAIN, style: "quiet", json: true }).stderr).toBe("");
  });

  test("quiet says nothing of a run that passed", () => {
    expect(show(passing, { ...PLAIN, style: "quiet" }).both).toBe("");
  });

  test("services' logs are shown when the job asks for them, each service in its own colour", () => {
    const asked: Story = passing.map(([atMs, body]) =>
      body.type === "run.started"
        ? [atMs, { ...body, jobs: body.jobs.map((job) => ({ ...job, showServiceLogs: true })) }]
        : [atMs, body],
    );
    expect(show(asked, PLAIN).stdout).toContain("test:db | LOG: checkpoint\n");
  });

  test("a silent run gives a sign of life every 15 s, and no more (ui.md C4)", () => {
    const story: Story = [...preparing, [1300, waiting(1270, 3)], [50_000, started]];
    const beats = show(story, PLAIN)
      .stderr.split("\n")
      .filter((line) => / \d+s( |$)/.test(line) && !line.includes("pulled"));
    expect(beats).toEqual([
      "2026-11-22T02:25:10Z test pulling node:20-slim 15s 44/71MB",
      '2026-11-22T02:25:10Z test:db starting 15s probe="pg_isready" last="no response"',
      "2026-11-22T02:25:11Z test:cache starting 15s",
      "2026-11-22T02:25:25Z test pulling node:20-slim 30s 44/71MB",
      '2026-11-22T02:25:25Z test:db starting 30s probe="pg_isready" last="no response"',
      "2026-11-22T02:25:26Z test:cache starting 30s",
      "2026-11-22T02:25:40Z test pulling node:20-slim 45s 44/71MB",
      '2026-11-22T02:25:40Z test:db starting 45s probe="pg_isready" last="no response"',
      "2026-11-22T02:25:41Z test:cache starting 45s",
    ]);
  });

  test("a log with control sequences and HTML is inert (ui.md D)", () => {
    const evil = `a\x1b]52;c;ZXZpbA==\x07\x1b]8;;javascript:alert(1)\x1b\\b\x1b[${"1;".repeat(9999)}H\x1b[2J<script>c`;
    const story: Story = [
      [0, started],
      [1, { type: "job.log", job, step: job, fd: 1, text: evil }],
    ];
    expect(show(story, { ...TTY, colours: true }).stdout).toMatch(/^\x1b\[[\d;]+mtest \|\x1b\[0m ab<script>c\n$/);
  });

  test("the live block is never higher than eight lines and never wider than the screen", () => {
    const jobs = Array.from({ length: 30 }, (_, n) => ({
      name: `job-with-a-rather-long-name-${n}`,
      image: "a",
      services: [],
      showServiceLogs: false,
    }));
    const story: Story = [
      [0, { type: "run.started", file: "f", dialect: "gitlab", engine: "e", jobs }],
      ...jobs.map(({ name }): Story[number] => [0, { type: "job.started", job: name, attempt: 1 }]),
      [150, { type: "image.progress", image: "x", doneBytes: 0, totalBytes: 0 }],
      [250, { type: "image.progress", image: "x", doneBytes: 0, totalBytes: 0 }],
    ];
    const block =
      show(story, TTY, 50)
        .both.split(/\r\x1b\[\d+A\x1b\[J/)
        .at(-2)
        ?.trimEnd()
        .split("\n") ?? [];
    expect(block).toHaveLength(8);
    expect(block.at(-1)).toBe("   and 24 more");
    expect(Math.max(...block.map((line) => line.length))).toBeLessThan(50);
  });

  test("quotes in a value do not end it", () => {
    const message = 'manifest for "x:1" not found\nsee the log';
    const { stderr } = show([[0, { type: "image.failed", image: "x:1", code: "image_not_found", message }]], PLAIN);
    expect(stderr).toContain('image failed x:1 reason="manifest for \\"x:1\\" not found\\nsee the log"');
  });
});
