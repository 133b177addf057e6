import { randomBytes } from "node:crypto";

/** Six hex digits: short enough to type, and 16 million of them. */
export function newRunId(): string {
  return randomBytes(3).toString("hex");
}

/** Eight of `[a-z0-9]`, for names that must never meet. */
export function newNameSuffix(): string {
  return [...randomBytes(8)].map((byte) => (byte % 36).toString(36)).join("");
}
