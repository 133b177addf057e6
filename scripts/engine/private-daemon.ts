import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { EngineEndpoint } from "../../src/engines/docker/endpoint.ts";
import { pingEndpoint } from "../../src/engines/docker/ping-endpoint.ts";
import { runProcess } from "../../src/system/processes.ts";
import { findProgram } from "../machine/debian.ts";
import { SetupFailure } from "../setup-failure.ts";
import { missingCapabilities, runtimeWrapper } from "./runtime-wrapper.ts";

const launcher = fileURLToPath(new URL("launch-daemon.sh", import.meta.url));
const startLimitMs = 60_000;

/**
 * Starts a Docker daemon that lives on after us and keeps everything it has in one folder. What an earlier one whose
 * process is gone left there in the way is cleared; its images stay.
 *
 * @throws SetupFailure with the daemon's own words when it does not come up.
 */
export async function startPrivateDaemon(folder: string): Promise<EngineEndpoint> {
  const endpoint: EngineEndpoint = { kind: "unix", socketPath: join(folder, "docker.sock") };
  await mkdir(folder, { recursive: true });
  await mountProc();
  await clearRemains(folder);
  await writeConfiguration(folder);
  const first = await launch(folder, endpoint, []);
  if (first === undefined) return endpoint;
  if (/overlay|graphdriver|storage.driver/i.test(first)) {
    await clearRemains(folder);
    if ((await launch(folder, endpoint, ["--storage-driver", "vfs"])) === undefined) return endpoint;
  }
  throw new SetupFailure(6, `the private Docker daemon did not start: ${first}`, `look at ${join(folder, "log")}`);
}

/** A bare chroot may lack it, and neither we nor runc can look at the machine without it. */
async function mountProc(): Promise<void> {
  if (!existsSync("/proc/self/status")) await runProcess("mount", ["-t", "proc", "proc", "/proc"]);
}

/** @returns why it did not start; undefined when it answers. */
async function launch(
  folder: string,
  endpoint: EngineEndpoint,
  options: readonly string[],
): Promise<string | undefined> {
  const logFile = join(folder, "log");
  const log = openSync(logFile, "w");
  const child = spawn("sh", [launcher, folder, ...options], { detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const end = performance.now() + startLimitMs;
  while (!hasEnded() && performance.now() < end) {
    if ("identity" in (await pingEndpoint(endpoint, 1000))) {
      child.unref();
      return undefined;
    }
    await sleep(50);
  }
  if (!hasEnded()) child.kill("SIGTERM");
  return await lastWords(logFile);
}

async function lastWords(logFile: string): Promise<string> {
  const lines = (await readFile(logFile, "utf8")).trim().split("\n");
  const telling = lines.findLast((line) => /failed to start|level=(?:error|fatal)|: /.test(line)) ?? "it said nothing";
  return /msg="((?:[^"\\]|\\.)*)"/.exec(telling)?.[1] ?? telling;
}

async function writeConfiguration(folder: string): Promise<void> {
  const missing = await missingCapabilities();
  const runc = await findProgram("runc");
  const configuration: Record<string, unknown> = { "log-level": "warn" };
  if (missing.length > 0 && runc !== undefined) {
    const path = join(folder, "runtime");
    await writeFile(path, runtimeWrapper(runc, missing));
    await chmod(path, 0o755);
    configuration["runtimes"] = { outrigger: { path } };
    configuration["default-runtime"] = "outrigger";
  }
  await writeFile(join(folder, "daemon.json"), `${JSON.stringify(configuration, undefined, 2)}\n`);
}

/**
 * After `kill -9` or a reboot: processes of the dead daemon that still use the folder, and state that names processes
 * which are now somebody else's.
 */
async function clearRemains(folder: string): Promise<void> {
  for (const pid of await processesUsing(folder)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself.
    }
  }
  const mounts = await readFile("/proc/self/mountinfo", "utf8").catch(() => "");
  const points = mounts.split("\n").flatMap((line) => line.split(" ")[4] ?? []);
  for (const point of points.filter((path) => path.startsWith(`${folder}/`)).toReversed()) {
    await runProcess("umount", ["--lazy", point]);
  }
  for (const name of ["docker.pid", "docker.sock", "exec"])
    await rm(join(folder, name), { recursive: true, force: true });
}

/** The daemon itself, its containerd and the shims, which carry the folder in their arguments, and the shims' containers. */
async function processesUsing(folder: string): Promise<readonly number[]> {
  const found = new Set<number>();
  const parents = new Map<number, number>();
  for (const pid of (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number)) {
    const program = await readlink(`/proc/${pid}/exe`).catch(() => "");
    const argv = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    const isEngine = /\/(?:dockerd|containerd|containerd-shim[^/]*|docker-proxy)(?: \(deleted\))?$/.test(program);
    if (isEngine && argv.includes(`${folder}/`)) found.add(pid);
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    parents.set(pid, Number(/^PPid:\s*(\d+)$/m.exec(status)?.[1] ?? 0));
  }
  const containers = [...parents].filter(([, parent]) => found.has(parent)).map(([pid]) => pid);
  return [...containers, ...found];
}
