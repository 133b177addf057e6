import { spawn } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

/** Watches over one run from outside of its process. */
export interface Reaper {
  /** The run removed everything itself: nothing is left to do. Without this call the reaper removes what it finds. */
  dismiss(): void;
}

/** Says to the reaper that all is well; anything else, silence first of all, means that it has work. */
export const ALL_CLEAN = "clean";

/**
 * Starts a process that outlives this one, however it ends, and then removes the run's containers, networks and volumes.
 *
 * It holds the other end of a pipe: when this process dies, by `kill -9` too, the pipe ends. It has a session of its own,
 * so that a signal to our process group passes it by. Start it before anything is created on the engine.
 */
export function startReaper(runId: string): Reaper {
  const program = fileURLToPath(new URL(`./reaper-main${extname(import.meta.url)}`, import.meta.url));
  const child = spawn(process.execPath, [program, runId], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  // Without it a kill -9 leaves things until the next start finds them: worth going on.
  child.on("error", () => undefined);
  child.stdin.on("error", () => undefined);
  child.unref();
  if ("unref" in child.stdin && typeof child.stdin.unref === "function") child.stdin.unref();
  return { dismiss: () => void child.stdin.end(ALL_CLEAN) };
}
