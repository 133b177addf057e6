import { closeSync, openSync, readSync, statSync } from "node:fs";

/** A file of events that holds less than the job has printed, or a secret that was not hidden, is no long log. */
export function findEventFileFault(file: string, logBytes: number, secret: string): string | undefined {
  const { size } = statSync(file, { throwIfNoEntry: false }) ?? { size: 0 };
  if (size < logBytes) return `its file of events has ${size} bytes for a log of ${logBytes}`;
  const head = readHead(file);
  if (head.includes(secret)) return "its file of events shows a masked variable";
  return head.includes("[MASKED]") ? undefined : "its file of events does not show that something was masked";
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
