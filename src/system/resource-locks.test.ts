import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { formatOwner, type Owner } from "../model/owner.ts";
import { systemClock } from "./clock.ts";
import { currentOwner } from "./owner.ts";
import { openResourceLocks, type ResourceLocks } from "./resource-locks.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "outrigger-locks-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const self = currentOwner();
/** The number is beyond what the kernel gives out. */
const DEAD: Owner = { ...self, pid: 4_194_305, startTime: "1" };
const AWAY: Owner = { ...self, host: "elsewhere" };
const NEVER = new AbortController().signal;

function locksOf(runId: string, over: { owner?: Owner; folder?: string; projectFolder?: string } = {}): ResourceLocks {
  return openResourceLocks({ folder, projectFolder: "/project", owner: self, clock: systemClock, runId, ...over });
}

function ignore(): void {
  // Who holds it is of no interest here.
}

describe("a resource group on one machine (GY-235)", () => {
  test("is held by one run at a time; who waits hears once who has it", async () => {
    const release = await locksOf("one").acquire("g", 1000, ignore, NEVER);
    const told: string[] = [];
    const order: string[] = [];
    const waiting = locksOf("two").acquire(
      "g",
      1000,
      (holder) => {
        told.push(holder);
        order.push("waits");
        void release?.().then(() => order.push("given back"));
      },
      NEVER,
    );
    const second = await waiting;
    expect(order).toEqual(["waits", "given back"]);
    expect(told).toEqual([`run one (process ${process.pid})`]);
    await second?.();
    expect(readdirSync(folder, { recursive: true }).filter((name) => String(name).includes(".lock"))).toEqual([]);
  });

  test("of another project, or another group, is another one", async () => {
    await locksOf("one").acquire("g", 1000, ignore, NEVER);
    expect(await locksOf("two", { projectFolder: "/other" }).acquire("g", 1000, ignore, NEVER)).toBeDefined();
    expect(await locksOf("two").acquire("../g", 1000, ignore, NEVER)).toBeDefined();
  });

  test.each([
    ["a dead process held", DEAD, 3_600_000],
    ["somebody held whom nobody can ask after, and whose time is over", AWAY, -1],
  ])("that %s is taken over, by one of several", async (_name, owner, leaseMs) => {
    await locksOf("gone", { owner }).acquire("g", leaseMs, ignore, NEVER);
    const stop = new AbortController();
    const taking = ["a", "b", "c"].map((runId) => locksOf(runId).acquire("g", 1000, ignore, stop.signal));
    await expect(Promise.any(taking)).resolves.toBeDefined();
    stop.abort(new Error("enough"));
    const results = await Promise.allSettled(taking);
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
  });

  test("is waited for while nobody can tell whether its holder lives; who waits can be stopped", async () => {
    await locksOf("away", { owner: AWAY }).acquire("g", 3_600_000, ignore, NEVER);
    const stop = new AbortController();
    const waiting = locksOf("two").acquire("g", 1000, () => stop.abort(new Error("stopped")), stop.signal);
    await expect(waiting).rejects.toThrow("stopped");
  });

  test("holds nobody up where its folder cannot be written", async () => {
    writeFileSync(join(folder, "file"), "");
    expect(await locksOf("one", { folder: join(folder, "file") }).acquire("g", 1, ignore, NEVER)).toBeUndefined();
  });

  test("whose file is damaged is waited for no longer than its file says", async () => {
    const release = await locksOf("one").acquire("g", 1000, ignore, NEVER);
    const [project = ""] = readdirSync(folder);
    mkdirSync(join(folder, project), { recursive: true });
    writeFileSync(join(folder, project, "g.lock"), `${formatOwner(DEAD).slice(0, 3)}\n`);
    expect(await locksOf("two").acquire("g", 1000, ignore, NEVER)).toBeDefined();
    await release?.();
  });
});
