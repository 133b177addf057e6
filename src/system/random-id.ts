import { randomBytes } from "node:crypto";

/** Six hex digits: short enough to type, and 16 million of them. */
export function newRunId(): string {
  return randomBytes(3).toString("hex");
}
