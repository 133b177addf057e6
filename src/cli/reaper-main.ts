import { readConfig } from "../config/config.ts";
import { systemClock } from "../system/clock.ts";
import { unmarkUnfinished } from "../system/unfinished-runs.ts";
import { findMarkedEngine } from "./engine-words.ts";
import { type EngineName, openConfiguredEngine } from "./open-configured-engine.ts";

/** A create that was under way when the run died may be carried out after the first look. */
const PAUSE_MS = 500;
const QUIET_LOOKS = 4;
/** An engine that is being restarted may answer again within that time. */
const GIVE_UP_MS = 300_000;

await clearUp(process.argv[2] ?? "", process.argv[3] ?? "");

/** Removes what a run left that is over. Started by the shell that waited for its end, or by a later command. */
async function clearUp(runId: string, engineWords: string): Promise<void> {
  if (runId === "") return;
  const engine = await findMarkedEngine(engineWords);
  const startedAt = systemClock.elapsed();
  let quiet = 0;
  while (quiet < QUIET_LOOKS && systemClock.elapsed() - startedAt < GIVE_UP_MS) {
    const removed = await removeRun(runId, engine).catch(() => undefined);
    quiet = removed === 0 ? quiet + 1 : 0;
    await systemClock.sleep(PAUSE_MS);
  }
  if (quiet === QUIET_LOOKS) unmarkUnfinished(readConfig().stateFolder, runId);
}

/** @returns how many objects were found. */
async function removeRun(runId: string, engineName: EngineName): Promise<number> {
  await using engine = await openConfiguredEngine(readConfig(), engineName);
  const signal = AbortSignal.timeout(30_000);
  const objects = (await engine.findObjects(signal)).filter((object) => object.runId === runId);
  if (objects.length > 0) await engine.removeObjects(objects, signal);
  return objects.length;
}
