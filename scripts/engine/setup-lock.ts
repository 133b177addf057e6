import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { findProgram } from "../machine/debian.ts";

/**
 * Lets one set-up work at a time. The lock is the kernel's and belongs to a child that lives as long as its input is
 * open, so it is free again however we end. A machine without `flock` has no daemon for us to start and needs no lock.
 */
export async function withSetupLock<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  const flock = await findProgram("flock");
  if (flock === undefined) return await work();
  await mkdir(folder, { recursive: true });
  const holder = spawn(flock, [join(folder, "setup.lock"), "sh", "-c", "echo locked; exec cat"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const closed = once(holder, "close");
  await Promise.race([once(holder.stdout, "data"), closed]);
  try {
    return await work();
  } finally {
    holder.stdin.end();
    await closed;
  }
}
