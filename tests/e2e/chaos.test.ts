import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRandom, isSoak, seed } from "../long-suites.ts";
import { CliProject, type CliResult, type StartedCli } from "./cli-project.ts";
import { openTestEngine, untilGone } from "./test-engine.ts";

/** Instants over the life of one job with a database and a cache. */
const COUNT = isSoak ? 60 : 6;
/** From before the first call to the engine to after the clean-up. */
const LIFE_MS = 7_000;
/** A reaper, or the run itself, has so long to remove what a run made. */
const GONE_WITHIN_MS = 10_000;

const FILE = `variables: {POSTGRES_PASSWORD: example, PGPASSWORD: example}
test:
  image: postgres:16
  services:
    - {name: postgres:16, alias: db}
    - {name: redis:7, alias: cache}
  script:
    - psql -h db -U postgres -tAc 'select 1'
    - sleep 2
`;

const BYSTANDER = `stand-by:
  image: busybox
  services:
    - {name: redis:7, alias: cache}
  script:
    - while [ ! -e /tmp/never ]; do sleep 1; [ "$(( $(date +%s) - start ))" -lt "$LASTS" ] || exit 0; done
  before_script:
    - start=$(date +%s)
`;

type Blow = "SIGKILL" | "SIGINT" | "SIGINT twice" | "SIGTERM" | "SIGHUP";

const BLOWS: readonly { readonly blow: Blow; readonly exitCodes: readonly (number | null)[] }[] = [
  { blow: "SIGKILL", exitCodes: [null] },
  { blow: "SIGINT", exitCodes: [130] },
  { blow: "SIGINT twice", exitCodes: [130] },
  { blow: "SIGTERM", exitCodes: [143] },
  { blow: "SIGHUP", exitCodes: [129] },
];

const random = createRandom(seed);
const cases = Array.from({ length: COUNT }, (_, index) => {
  const chosen = BLOWS[index % BLOWS.length] ?? { blow: "SIGKILL", exitCodes: [null] };
  return { ...chosen, afterMs: Math.round(random() * LIFE_MS) };
});

describe(`a run that is ended at any moment leaves nothing behind (seed ${seed})`, () => {
  let bystander: StartedCli;
  let project: CliProject;

  beforeAll(async () => {
    project = new CliProject({ ".gitlab-ci.yml": BYSTANDER });
    bystander = project.startRun(["--variable", `LASTS=${COUNT * 25}`]);
    await bystander.until((event) => event.type === "script.started");
  });

  afterAll(async () => {
    bystander.child.kill("SIGTERM");
    await bystander.finished;
    project[Symbol.dispose]();
  });

  test.each(cases)("$blow after $afterMs ms", async ({ blow, exitCodes, afterMs }) => {
    using project = new CliProject({ ".gitlab-ci.yml": FILE });
    const run = project.startRun();
    await delay(afterMs);
    strike(run, blow);
    const result = await run.finished;
    // What had ended before the blow fell has its own result.
    const hasFinished = result.events.some((event) => event.type === "run.finished" && event.exitCode === 0);
    if (!hasFinished) expectEnd(result, blow, exitCodes);
    const runId = result.events[0]?.run ?? (await runIdOfProcess(run.child.pid ?? 0));
    if (runId !== undefined) await untilGone(runId, GONE_WITHIN_MS);
    expect(bystander.child.exitCode).toBeNull();
  });

  test("another run that lived beside all of this is unharmed", async () => {
    expect(bystander.child.exitCode).toBeNull();
    bystander.child.kill("SIGINT");
    const result = await bystander.finished;
    expect(result.exitCode).toBe(130);
    expect(result.events.filter((event) => event.type === "service.failed")).toEqual([]);
    await untilGone(result.events[0]?.run ?? "", GONE_WITHIN_MS);
  });
});

function strike(run: StartedCli, blow: Blow): void {
  if (blow !== "SIGINT twice") {
    run.child.kill(blow);
    return;
  }
  run.child.kill("SIGINT");
  setTimeout(() => run.child.kill("SIGINT"), 100);
}

/** Before the program listens for signals they end it as they end any program: by the signal, without an exit code. */
function expectEnd(result: CliResult, blow: Blow, exitCodes: readonly (number | null)[]): void {
  const hasStarted = result.events.length > 0;
  expect([...exitCodes, ...(hasStarted ? [] : [null])]).toContain(result.exitCode);
  if (!hasStarted || blow === "SIGKILL") return;
  expect(result.events.at(-1)).toMatchObject({ type: "run.finished", state: "canceled" });
  expect(result.stderr).toContain("cleaned");
}

/** A run that was killed before its first event has its process on everything it made. */
async function runIdOfProcess(pid: number): Promise<string | undefined> {
  await using engine = await openTestEngine();
  const objects = await engine.findObjects(new AbortController().signal);
  return objects.find((object) => object.owner?.pid === pid)?.runId;
}
