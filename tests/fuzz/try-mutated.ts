import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Answer, Assignment } from "./compile-mutated.ts";

/** A deadline against hanging, for one input, on a machine that may be busy. */
const DEADLINE_MS = 60_000;

/**
 * Compiles mutated files one after the other.
 *
 * @returns how many of them were refused.
 * @throws Error with the input that made the program fail, hang, or need more memory than it may.
 */
export async function tryMutated(assignment: Assignment): Promise<number> {
  const worker = new Worker(new URL("./compile-mutated.ts", import.meta.url), {
    workerData: assignment,
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  });
  let current = "";
  try {
    return await new Promise<number>((resolve, reject) => {
      const fail = (why: string, text = current): void => reject(new Error(`${why}, on this input:\n${text}`));
      const watchdog = setTimeout(() => fail(`no answer within ${DEADLINE_MS} ms`), DEADLINE_MS);
      worker.on("message", (answer: Answer) => {
        watchdog.refresh();
        if (answer.kind === "next") current = answer.text;
        else if (answer.kind === "failed") fail(answer.error, answer.text);
        else resolve(answer.refused);
      });
      worker.on("error", (error) => fail(`the thread ended: ${String(error)}`));
      void once(worker, "exit").then(() => {
        clearTimeout(watchdog);
        fail("the thread ended without an answer");
      });
    });
  } finally {
    await worker.terminate();
  }
}
