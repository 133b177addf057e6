import { setTimeout as delay } from "node:timers/promises";
import { DockerRefusal } from "./api/refusal.ts";

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 250;
const ATTEMPTS = 40;

/**
 * Removes what is not free yet: an engine lets go of a volume a moment after its last container, and somebody else may be
 * removing the same thing at this moment (`gc` beside a run, two runs after a `kill -9`).
 *
 * @param remove resolves with false when the thing was gone already.
 * @throws what `remove` throws, a conflict only after some ten seconds of them.
 */
export async function removeInTime(remove: () => Promise<boolean>): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await remove();
    } catch (error) {
      if (!(error instanceof DockerRefusal) || error.code !== "conflict" || attempt === ATTEMPTS) throw error;
    }
    await delay(Math.min(FIRST_PAUSE_MS * attempt, LONGEST_PAUSE_MS));
  }
}
