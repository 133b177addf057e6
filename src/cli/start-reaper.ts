import { spawn } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { DeadRun } from "../system/unfinished-runs.ts";

/** Watches over one run from outside of its process. */
export interface Reaper {
  /** The run removed everything itself: nothing is left to do. Without this call the reaper removes what it finds. */
  dismiss(): void;
}

/** A line that says that all is well; anything else, the end of the pipe first of all, means that there is work. */
const ALL_CLEAN = "clean";

/**
 * The waiting is left to a shell, which costs a hundredth of what Node.js does: most runs end well, and the program that
 * removes things is started only for those that do not. `$0` is Node.js, the rest is the program and its arguments.
 */
const WAIT = `read -r said; [ "$said" = ${ALL_CLEAN} ] || exec "$0" "$@"`;

/**
 * Starts a process that outlives this one, however it ends, and then removes what the run left on its engine.
 *
 * It holds the other end of a pipe: when this process dies, by `kill -9` too, the pipe ends. It has a session of its own,
 * so that a signal to our process group passes it by. Start it before anything is created on the engine.
 *
 * @param engineWords what leads to the engine again; everybody on this machine may read it.
 */
export function startReaper(runId: string, engineWords: string): Reaper {
  const argv = ["-c", WAIT, process.execPath, cleanerProgram(), runId, engineWords];
  const child = spawn("/bin/sh", argv, { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  // Without it a kill -9 leaves things until the next start finds them: worth going on.
  child.on("error", () => undefined);
  child.stdin.on("error", () => undefined);
  child.unref();
  if ("unref" in child.stdin && typeof child.stdin.unref === "function") child.stdin.unref();
  return { dismiss: () => void child.stdin.end(`${ALL_CLEAN}\n`) };
}

/** Starts the process that removes what a dead run left, now; it goes on when this one ends. */
export function startCleaner({ runId, engine }: DeadRun): void {
  const child = spawn(process.execPath, [cleanerProgram(), runId, engine], { detached: true, stdio: "ignore" });
  // The next command tries again.
  child.on("error", () => undefined);
  child.unref();
}

function cleanerProgram(): string {
  return fileURLToPath(new URL(`./reaper-main${extname(import.meta.url)}`, import.meta.url));
}
