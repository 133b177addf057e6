import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";

/** A file of events that holds less than the job has printed, or a secret that was not hidden, is no long log. */
export function findEventFileFault(file: string, logBytes: number, secret: string): string | undefined {
  const { size } = statSync(file, { throwIfNoEntry: false }) ?? { size: 0 };
  if (size < logBytes) return `its file of events has ${size} bytes for a log of ${logBytes}`;
  const head = readHead(file);
  if (head.includes(secret)) return "its file of events shows a masked variable";
  return head.includes("[MASKED]") ? undefined : "its file of events does not show that something was masked";
}

/** Jobs that ran one after the other say nothing about the memory that all of them need. */
export function findParallelFault(file: string, jobs: number): string | undefined {
  let running = 0;
  let most = 0;
  for (const [, what] of readFileSync(file, "utf8").matchAll(/"type":"script\.(started|finished)"/g)) {
    running += what === "started" ? 1 : -1;
    most = Math.max(most, running);
  }
  return most < jobs ? `only ${most} of ${jobs} jobs ran at the same time` : undefined;
}

/** The secret is printed first. */
function readHead(file: string): string {
  const bytes = Buffer.alloc(256 * 1024);
  const fd = openSync(file, "r");
  try {
    return bytes.toString("utf8", 0, readSync(fd, bytes));
  } finally {
    closeSync(fd);
  }
}
