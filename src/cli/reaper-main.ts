import { text } from "node:stream/consumers";
import { readConfig } from "../config/config.ts";
import { systemClock } from "../system/clock.ts";
import { ALL_CLEAN } from "./start-reaper.ts";

/** A create that was under way when the run died may be carried out after the first look. */
const PAUSE_MS = 500;
const QUIET_LOOKS = 4;
/** An engine that is being restarted may answer again within that time. */
const GIVE_UP_MS = 300_000;

await watch(process.argv[2] ?? "");

/** Waits for the end of the run that started this process, then removes what it left. */
async function watch(runId: string): Promise<void> {
  const said = await text(process.stdin);
  if (runId === "" || said === ALL_CLEAN) return;
  const startedAt = systemClock.elapsed();
  for (let quiet = 0; quiet < QUIET_LOOKS && systemClock.elapsed() - startedAt < GIVE_UP_MS; ) {
    const removed = await removeRun(runId).catch(() => undefined);
    quiet = removed === 0 ? quiet + 1 : 0;
    await systemClock.sleep(PAUSE_MS);
  }
}

/** @returns how many objects were found. */
async function removeRun(runId: string): Promise<number> {
  // Loaded only now: until then this process has to be cheap.
  const { openConfiguredEngine } = await import("./open-configured-engine.ts");
  await using engine = await openConfiguredEngine(readConfig());
  const signal = AbortSignal.timeout(30_000);
  const objects = (await engine.findObjects(signal)).filter((object) => object.runId === runId);
  if (objects.length > 0) await engine.removeObjects(objects, signal);
  return objects.length;
}
